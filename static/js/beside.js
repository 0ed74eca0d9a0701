// #beside: the case of the selected row, beside its list. Asked for after a short rest on the row; an answer that
// comes after another row was chosen is ignored.
import { watchDrafts } from "./autosave.js";

const REST = 120; // ms
const wide = matchMedia("(min-width: 1100px)");
const pane = () => document.getElementById("beside");
let asked = 0;

export const isBeside = () => wide.matches && Boolean(pane()?.childElementCount);

export function showBeside(url, address) {
  if (!pane() || !wide.matches) return;
  history.replaceState(null, "", address);
  const mine = ++asked;
  setTimeout(() => mine === asked && load(url, mine), REST);
}

async function load(url, mine) {
  const response = await fetch(`${url}/a-cote`).catch(() => null);
  const text = response?.ok && !response.redirected ? await response.text() : "";
  if (mine !== asked || !response) return;
  if (!text) return location.reload(); // signed out, or gone: the page says which
  pane().innerHTML = text;
  pane().scrollTop = 0;
  watchDrafts(pane());
}

export function startBeside() {
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.("[data-close-beside]")) return;
    event.preventDefault();
    asked += 1;
    pane().replaceChildren();
    const query = new URLSearchParams(location.search);
    ["case", "suivante"].forEach((name) => query.delete(name));
    history.replaceState(null, "", `${location.pathname}?${query}`);
  });
}

// j and k walk through the rows of a list; Enter opens because the focus is on a link.
// Coming back finds the row one left from.
const MEMORY = "grc:row:" + location.pathname + location.search;
const NEXT = "grc:next";
const LAST = "grc:last"; // the page before this one: document.referrer is empty, as it tells others where one was

const rows = () => [...document.querySelectorAll("[data-list] .row-link")];

function place(link) {
  link.focus({ preventScroll: true });
  link.closest("li").scrollIntoView({ block: "nearest" });
}

export function moveInList(key) {
  const step = { j: 1, k: -1 }[key];
  const links = rows();
  if (!step || !links.length) return false;
  const here = links.indexOf(document.activeElement?.closest?.("li")?.querySelector(".row-link"));
  const next = here < 0 ? remembered(links) : Math.min(Math.max(here + step, 0), links.length - 1);
  place(links[next]);
  return true;
}

function remembered(links) {
  return Math.max(links.findIndex((link) => link.href === sessionStorage.getItem(MEMORY)), 0);
}

function restore() {
  const kept = sessionStorage.getItem(MEMORY);
  const link = kept && rows().find((candidate) => candidate.href === kept);
  if (!link || document.querySelector("[data-autofocus]")) return;
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (back || sessionStorage.getItem(LAST) === kept) place(link);
}

// An act begun in a list leads back to it: there the focus goes to the row after the one dealt with.
function lookAhead(event) {
  if (!event.target.elements?.namedItem("liste")) return;
  const links = rows();
  const here = links.findIndex((link) => event.target.action.startsWith(`${link.href}/`));
  const next = here < 0 ? null : links[here + 1] ?? links[here - 1];
  if (next) sessionStorage.setItem(NEXT, next.href);
}

function goOn() {
  const next = sessionStorage.getItem(NEXT);
  const link = next && rows().find((candidate) => candidate.href === next);
  if (!link) return false;
  sessionStorage.removeItem(NEXT);
  place(link);
  return true;
}

export function startLists() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-list] .row-link");
    if (link) sessionStorage.setItem(MEMORY, link.href);
  });
  document.addEventListener("submit", lookAhead);
  if (!goOn()) restore();
  sessionStorage.setItem(LAST, location.origin + location.pathname);
}

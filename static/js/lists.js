// j and k walk through the rows of a list, and show the case beside it where there is room; Enter opens its page.
// Coming back finds the row one left from, and an act leads to the row after the one dealt with.
import { isBeside, showBeside } from "./beside.js";

const MEMORY = "grc:row:" + location.pathname + location.search;
const LAST = "grc:last"; // the page before this one: document.referrer is empty, as it tells others where one was

const rows = () => [...document.querySelectorAll("[data-list] .row-link")];
const current = () => document.querySelector(".row-link[aria-current]");
const boxOf = (link) => link?.closest("li").querySelector(".row-check");
const referenceOf = (url) => /\/demandes\/([^/?]+)/.exec(url)?.[1];
let anchor = null; // the box from which X selects

function place(link) {
  current()?.removeAttribute("aria-current");
  if (document.getElementById("beside")) link.setAttribute("aria-current", "true");
  link.focus({ preventScroll: true });
  link.closest("li").scrollIntoView({ block: "nearest" });
}

function choose(link) {
  const reference = referenceOf(link.href);
  place(link);
  if (reference) showBeside(link.href, addressOf(reference));
}

function addressOf(reference, next) {
  const query = new URLSearchParams(location.search);
  query.set("case", reference);
  query.delete("suivante");
  if (next) query.set("suivante", referenceOf(next.href));
  return `${location.pathname}?${query}`;
}

export function moveInList(key) {
  const links = rows();
  if (!links.length) return false;
  const at = document.activeElement?.closest?.("li")?.querySelector(".row-link") ?? current();
  if (key === "X" && boxOf(at)) return selectTo(boxOf(at));
  const step = { j: 1, k: -1 }[key];
  if (!step) return false;
  const here = links.indexOf(at);
  choose(links[here < 0 ? remembered(links) : Math.min(Math.max(here + step, 0), links.length - 1)]);
  return true;
}

function selectTo(box, checked = true) {
  const boxes = [...document.querySelectorAll(".row-check")];
  const [from, to] = [boxes.indexOf(anchor ?? box), boxes.indexOf(box)].sort((a, b) => a - b);
  for (const one of boxes.slice(from, to + 1)) one.checked = checked;
  return count();
}

function count(event) {
  if (event?.target.matches(".row-check")) anchor = event.target;
  const place = document.querySelector("[data-selected]");
  if (place) place.textContent = document.querySelectorAll(".row-check:checked").length;
  return true;
}

function remembered(links) {
  return Math.max(links.findIndex((link) => link.href === sessionStorage.getItem(MEMORY)), 0);
}

function restore() {
  if (document.querySelector("[data-autofocus]")) return;
  if (current()) return place(current());
  const kept = sessionStorage.getItem(MEMORY);
  const link = kept && rows().find((candidate) => candidate.href === kept);
  const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (link && (back || sessionStorage.getItem(LAST) === kept)) choose(link);
}

// An act begun in a list leads back to it, on the same row, or on the next when this one has left.
function comeBack({ target: form }) {
  const [links, reference] = [rows(), referenceOf(form.action)];
  let field = form.elements.namedItem("liste");
  if (form.method !== "post" || !reference || !(field ? links.length : isBeside())) return;
  const here = links.findIndex((link) => referenceOf(link.href) === reference);
  field ??= form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "liste" }));
  field.value = addressOf(reference, here < 0 ? current() : links[here + 1] ?? links[here - 1]);
}

function onClick(event) {
  if (event.shiftKey && event.target.matches(".row-check")) return selectTo(event.target, event.target.checked);
  const link = event.target.closest?.("[data-list] .row-link");
  if (!link) return;
  sessionStorage.setItem(MEMORY, link.href);
  if (!isBeside() || !event.detail || event.ctrlKey || event.metaKey || event.shiftKey || link === current()) return;
  event.preventDefault(); // with a mouse, beside an open case: a second click opens the page
  choose(link);
}

export function startLists() {
  document.addEventListener("click", onClick);
  document.addEventListener("change", count);
  document.addEventListener("submit", comeBack);
  count();
  restore();
  sessionStorage.setItem(LAST, location.origin + location.pathname);
}

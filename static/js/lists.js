// j and k walk through the rows of a list; Enter opens because the focus is on a link.
// Coming back finds the row one left from.
const MEMORY = "grc:row:" + location.pathname + location.search;
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

export function startLists() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-list] .row-link");
    if (link) sessionStorage.setItem(MEMORY, link.href);
  });
  restore();
  sessionStorage.setItem(LAST, location.origin + location.pathname);
}

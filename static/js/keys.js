// Single-key shortcuts, declared in the page: data-key="t" on a control, data-go="f" for "g then f".
// Reads event.key, so the letter printed on the key is what counts, on AZERTY too.
import { moveInList } from "./lists.js";

const GO_DELAY = 5000; // ms between "g" and the second key: slow hands, and slow machines, have the time

export function isTyping(target) {
  return target.isContentEditable
    || target.matches("textarea, select, input:not([type=radio], [type=checkbox], [type=button], [type=submit])");
}

const visible = (element) => element.checkVisibility();

// Inside an open dialog only its own controls answer; the controls of a row only while the focus is in that row.
function find(attribute, key) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const row = document.activeElement?.closest(".row") ?? document.querySelector(".row:has([aria-current])");
  const matches = [...scope.querySelectorAll(`[${attribute}]`)]
    .filter((element) => element.getAttribute(attribute) === key && visible(element));
  return matches.find((element) => row?.contains(element)) ?? matches.find((element) => !element.closest(".row"));
}

export function trigger(element) {
  if (element.matches("input:not([type=radio], [type=checkbox]), textarea, select")) {
    element.focus();
    element.select?.();
    return;
  }
  element.click();
  const next = element.dataset.focus && document.querySelector(element.dataset.focus);
  next?.focus();
}

function onKey(event, state) {
  if (event.defaultPrevented || event.isComposing || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter" && event.target.form?.method === "post") event.target.form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) event.target.blur();
  if (document.body.dataset.shortcuts === "off" || isTyping(event.target)) return;
  const pending = event.timeStamp < state.goUntil;
  state.goUntil = 0;
  if (pending) return run(event, find("data-go", event.key));
  if (event.key === "g") {
    state.goUntil = event.timeStamp + GO_DELAY;
    return;
  }
  if (!document.querySelector("dialog[open]") && moveInList(event.key)) {
    event.preventDefault();
    return;
  }
  run(event, find("data-key", event.key) ?? find("data-key", figureOf(event)));
}

// The figures of the upper row need Shift on AZERTY: the key itself counts when its character means nothing.
const figureOf = (event) => /^Digit[1-9]$/.exec(event.code) && event.code.at(-1);

function run(event, element) {
  if (!element) return;
  event.preventDefault();
  trigger(element);
}

export function startKeys() {
  const state = { goUntil: 0 };
  if (document.body.dataset.shortcuts !== "off") {
    for (const element of document.querySelectorAll("[data-key]:not([aria-keyshortcuts])")) {
      element.setAttribute("aria-keyshortcuts", element.dataset.key); // not written fifty times a page
    }
  }
  document.addEventListener("keydown", (event) => onKey(event, state));
}

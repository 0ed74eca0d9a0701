// Ctrl+K: every act of the page, with or without a key, and every place of the navigation, by its words.
// a[data-pick=FIELD] and "@" in [data-at=URL]: texts of the server to choose from, written into the field.
import { trigger } from "./keys.js";

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

function commands() {
  const seen = new Set();
  return [...document.querySelectorAll("[data-key], .case-acts .button, [data-modal], [data-go], .top-tools .button")]
    .filter((element) => element.checkVisibility() && !element.closest(".row") && !element.matches("input[type=search], [data-open]"))
    .map((element) => ({ element, words: wordsOf(element), key: keyOf(element) }))
    .filter(({ words }) => words && !seen.has(words) && seen.add(words));
}

function wordsOf(element) {
  const copy = (element.closest("label") ?? element).cloneNode(true);
  copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

const keyOf = ({ dataset: { go, key } }) => go ? `g ${go}` : key ?? "";

function option(command, index) {
  const item = document.createElement("li");
  item.id = `command-${index}`;
  item.role = "option";
  item.append(command.words);
  if (command.key) item.append(Object.assign(document.createElement("kbd"), { textContent: command.key }));
  item.addEventListener("click", command.run);
  return item;
}

function start(dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("ul");
  let [all, shown, at] = [[], [], 0];
  // What fits nothing may be searched for.
  let free = true;

  const choose = (index) => {
    at = (index + shown.length) % shown.length;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", i === at));
    list.children[at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", list.children[at].id);
  };

  const close = (then) => () => {
    dialog.close();
    then();
  };

  const searchFor = (words) => {
    const field = document.getElementById("search");
    field.value = words;
    field.form.requestSubmit();
  };

  const draw = () => {
    const wanted = fold(input.value).split(/\s+/).filter(Boolean);
    shown = all.filter(({ words }) => wanted.every((word) => fold(words).includes(word)))
      .map((command) => ({ ...command, run: close(command.run ?? (() => trigger(command.element))) }));
    if (free && wanted.length && document.getElementById("search")) {
      const words = input.value.trim();
      shown.push({ words: dialog.dataset.search.replace("{words}", words), run: close(() => searchFor(words)) });
    }
    list.replaceChildren(...shown.map(option));
    if (shown.length) choose(0);
    else input.removeAttribute("aria-activedescendant");
  };

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) choose(at + step);
    else if (event.key === "Enter") shown[at]?.run();
    else return;
    event.preventDefault();
  });

  return (texts, asked = dialog.dataset.asks) => {
    all = texts ?? commands();
    free = !texts;
    input.value = "";
    input.placeholder = asked;
    dialog.showModal();
    draw();
    input.focus();
  };
}

async function pick(open, url, field, asked) {
  const at = document.activeElement === field ? field.selectionEnd : field.value.length;
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) return location.assign(url);
  open((await answer.json()).map(({ words, text, code }) => ({ words, run: () => write(field, at, text, code) })), asked);
}

function write(field, at, text, code) {
  if (code) {
    if (field.value.trim()) text = `\n\n${text}`;
    document.querySelector('[data-focus="#reply-text"]').checked = true;
    field.form.elements.canned.value += ` ${code}`;
  }
  field.focus();
  field.setRangeText(text, at, at, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function startPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog) return;
  const open = start(dialog);
  const button = document.querySelector('[data-open="palette"]');
  button.hidden = false;
  button.addEventListener("click", () => open());
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-pick]");
    if (!link || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    pick(open, link.href, document.querySelector(link.dataset.pick), wordsOf(link));
  });
  document.addEventListener("input", (event) => {
    if (event.data === "@" && event.target.dataset.at) pick(open, event.target.dataset.at, event.target, "@");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else if (!document.querySelector("dialog[open]")) open();
  });
}

// form[data-draft=NAME]: what is typed goes to the tab's own storage at once, and with [data-autosave=URL] to the
// server after a pause. The tab's copy is dropped only when the server says that it took the text over
// (body[data-drafts-done]), so that an expired session, a conflict or a lost network loses nothing.
const PAUSE = 1200; // ms without typing
const RETRY = 15000; // ms after a failure

// What the server was last known to hold, by form.
const bases = new WeakMap();
const timers = new WeakMap();

const keyOf = (form) => `grc:draft:${document.body.dataset.user ?? ""}:${form.dataset.draft}`;
const fieldsOf = (form) => [...form.elements].filter((field) => field.matches("textarea, input[type=text]") && field.name);
const valuesOf = (form) => Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
const keep = (form) => sessionStorage.setItem(keyOf(form), JSON.stringify({ values: valuesOf(form), base: bases.get(form) }));
const same = (a, b) => Object.keys(a).every((name) => (a[name] ?? "") === (b[name] ?? ""));

function say(form, words, ...controls) {
  const status = form.querySelector("[data-saved]");
  if (!status || (status.textContent === words && !controls.length)) return;
  status.replaceChildren(words, ...controls);
}

const words = (form, name) => form.querySelector("[data-saved]")?.getAttribute(`data-words-${name}`) ?? "";

async function send(form) {
  const response = await fetch(form.dataset.autosave, {
    method: "POST",
    body: new FormData(form),
    headers: { Accept: "application/json" },
    redirect: "manual",
  });
  // A redirection can only lead to the login page; 400 is a token of a session that has ended.
  if (response.type === "opaqueredirect" || [400, 401, 403].includes(response.status)) return "expired";
  return response.ok ? "saved" : "kept";
}

async function save(form) {
  const sent = valuesOf(form);
  const outcome = await send(form).catch(() => "kept");
  const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  say(form, words(form, outcome).replace("{time}", time));
  if (outcome !== "saved") return plan(form, RETRY);
  bases.set(form, sent);
  keep(form);
}

function plan(form, delay) {
  if (!form.dataset.autosave) return;
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), delay));
}

function fill(form, values) {
  for (const field of fieldsOf(form)) field.value = values[field.name] ?? field.value;
  plan(form, PAUSE);
}

function control(label, act) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "link-like", textContent: label });
  button.addEventListener("click", act);
  return button;
}

function giveBack(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) ?? "null");
  const held = valuesOf(form);
  if (!kept || same(kept.values, held)) return;
  const take = () => { fill(form, kept.values); say(form, words(form, "restored")); };
  if (same(kept.base, held) || Object.values(held).every((value) => !value)) return take();
  // The server holds a text written elsewhere: the person chooses.
  say(form, words(form, "other"),
    control(words(form, "take"), take),
    control(words(form, "forget"), () => { sessionStorage.removeItem(keyOf(form)); say(form, ""); }));
}

function watch(form) {
  bases.set(form, valuesOf(form));
  giveBack(form);
  form.addEventListener("input", () => {
    keep(form);
    plan(form, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timers.get(form)));
}

export const watchDrafts = (root) => root.querySelectorAll("form[data-draft]").forEach(watch);

export function startAutosave() {
  for (const name of (document.body.dataset.draftsDone ?? "").split(" ").filter(Boolean)) {
    sessionStorage.removeItem(`grc:draft:${document.body.dataset.user ?? ""}:${name}`);
  }
  watchDrafts(document);
  document.querySelector("form[data-logout]")?.addEventListener("submit", () => sessionStorage.clear());
}

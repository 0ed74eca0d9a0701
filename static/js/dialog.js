// Dialogs are native. This adds: invoker buttons for browsers that lack them, closing on the backdrop,
// and opening the page of an act (a[data-modal]) without leaving the case.
function invoke(event) {
  const button = event.target.closest?.("[commandfor]");
  if (!button || "commandForElement" in HTMLButtonElement.prototype) return;
  const dialog = document.getElementById(button.getAttribute("commandfor"));
  if (button.getAttribute("command") === "close") dialog.close();
  else if (!dialog.open) dialog.showModal();
}

async function fragmentOf(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-fragment]");
}

async function openModal(link) {
  const dialog = document.getElementById("modal");
  let fragment = null;
  try {
    fragment = await fragmentOf(link.href);
  } catch {
    fragment = null;
  }
  if (!fragment) return location.assign(link.href);
  dialog.replaceChildren(document.adoptNode(fragment));
  dialog.setAttribute("aria-label", dialog.querySelector("h1")?.textContent ?? link.textContent.trim());
  dialog.showModal();
  firstField(dialog.querySelector("form"))?.focus();
}

// Of a group of radio buttons the chosen one, as the Tab key would.
function firstField(form) {
  const first = form?.querySelector("input:not([type=hidden]), select, textarea");
  const group = first?.type === "radio" ? [...form.elements[first.name]] : [];
  return group.find((radio) => radio.checked) ?? first;
}

function onClick(event) {
  invoke(event);
  const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
  const link = event.target.closest?.("a[data-modal]");
  if (link && plain) {
    event.preventDefault();
    openModal(link);
  }
  const dialog = event.target.closest?.("dialog");
  if (dialog && event.target.closest("[data-cancel]")) {
    event.preventDefault();
    dialog.close();
  }
  if (event.target.matches?.("dialog") && outside(event)) event.target.close();
}

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

export function startDialogs() {
  document.addEventListener("click", onClick);
}

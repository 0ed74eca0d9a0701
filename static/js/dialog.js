// Dialogs are native. This opens the page of an act (a[data-modal]) in one, without leaving the case.
async function fragmentOf(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(response.statusText);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return page.querySelector("[data-fragment]");
}

async function openModal(link) {
  const dialog = document.getElementById("modal");
  const fragment = await fragmentOf(link.href).catch(() => null);
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
}

export function startDialogs() {
  document.addEventListener("click", onClick);
}

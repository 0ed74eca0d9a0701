// Theme, density and shortcuts apply at once and are posted behind the scenes; the language needs a new page.
function apply({ name, value }) {
  const root = document.documentElement;
  if (name === "theme") {
    root.dataset.theme = value;
    document.querySelector("meta[name=color-scheme]").content = value === "auto" ? "light dark" : value;
  }
  if (name === "density") root.dataset.density = value;
  if (name === "shortcuts") document.body.dataset.shortcuts = value;
}

export function startPreferences() {
  const form = document.querySelector("form[data-preferences]");
  if (!form) return;
  form.dataset.live = "";
  form.addEventListener("change", (event) => {
    if ("reload" in event.target.dataset) return form.requestSubmit();
    apply(event.target);
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {});
  });
}

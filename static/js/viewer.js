// Looks at the pages of a letter without sending the form: another page, larger, turned.
// Without this the same buttons send the form, which comes back as it was typed.
const LARGEST = 2;
const QUARTERS = 4;

function moved(state, look, last) {
  const step = { next: 1, previous: -1 }[look] ?? 0;
  const closer = { in: 1, out: -1 }[look] ?? 0;
  return {
    page: Math.min(Math.max(state.page + step, 1), last),
    zoom: Math.min(Math.max(state.zoom + closer, 0), LARGEST),
    turn: (state.turn + (look === "turn")) % QUARTERS,
  };
}

const address = (base, { page, zoom, turn }) => `${base}${page}.png?zoom=${zoom}&turn=${turn}`;

function show(viewer, fields, state) {
  for (const [name, value] of Object.entries(state)) fields[name].value = value;
  const words = viewer.dataset.alt.replace("{page}", state.page).replace("{last}", viewer.dataset.last);
  const image = viewer.querySelector("[data-viewer-image]");
  image.src = address(viewer.dataset.base, state);
  image.alt = words;
  image.parentElement.dataset.zoom = state.zoom;
  viewer.querySelector("[data-viewer-where]").textContent = words;
}

export function startViewer() {
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;
  const fields = document.getElementById("index").elements;
  const last = Number(viewer.dataset.last);
  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("[name=look]");
    if (!button) return;
    event.preventDefault();
    const state = Object.fromEntries(["page", "zoom", "turn"].map((name) => [name, Number(fields[name].value)]));
    const next = moved(state, button.value, last);
    show(viewer, fields, next);
    if (next.page < last) new Image().src = address(viewer.dataset.base, { ...next, page: next.page + 1 });
  });
}

// [data-ringing=URL]: asks every few seconds who is calling on this person's telephone, and says so with a link to
// the call screen. A call that was opened or put away is not shown again in this tab.
import { asking } from "./asking.js";

const EVERY = 3000; // ms
const SLOWEST = 60000;
const SEEN = "grc:call";

function show(place, told) {
  place.replaceChildren();
  if (!told.call || sessionStorage.getItem(SEEN) === told.call) return;
  const card = place.nextElementSibling.content.cloneNode(true);
  const link = card.querySelector("a");
  link.href = told.url;
  link.querySelector("[data-words]").textContent = told.words;
  const put = () => sessionStorage.setItem(SEEN, told.call);
  link.addEventListener("click", put);
  card.querySelector("button").addEventListener("click", () => { put(); place.replaceChildren(); });
  place.append(card);
}

export function startRinging() {
  const place = document.querySelector("[data-ringing]");
  if (place) asking(place.dataset.ringing, { every: EVERY, slowest: SLOWEST }, (told) => show(place, told))();
}

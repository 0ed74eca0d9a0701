// [data-ringing=URL]: asks every few seconds who is calling on this person's telephone, and says so with a link to
// the call screen. A call that was opened or put away is not shown again in this tab.
const EVERY = 3000; // ms
const SLOWEST = 60000;
const SEEN = "grc:call";

async function ask(url, etag) {
  const headers = etag ? { Accept: "application/json", "If-None-Match": etag } : { Accept: "application/json" };
  const response = await fetch(url, { cache: "no-store", headers, redirect: "error" });
  if (response.status === 304) return { etag };
  if (!response.ok) throw new Error(response.statusText);
  return { etag: response.headers.get("ETag"), told: await response.json() };
}

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
  if (!place) return;
  let etag = null;
  let every = EVERY;

  async function turn() {
    if (!document.hidden) {
      try {
        const answer = await ask(place.dataset.ringing, etag);
        etag = answer.etag;
        every = EVERY;
        if (answer.told) show(place, answer.told);
      } catch {
        every = Math.min(every * 2, SLOWEST);
      }
    }
    setTimeout(turn, every);
  }
  turn();
}

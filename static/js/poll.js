// [data-poll=URL]: asks now and then whether the list has changed. The list itself never moves: a bar says
// what is new and links to the same page. Counts of the navigation follow.
const EVERY = 30000; // ms, plus up to as much again so that desks do not ask together
const SLOWEST = 480000;

async function ask(url, etag) {
  const response = await fetch(url, {
    cache: "no-store",
    headers: etag ? { Accept: "application/json", "If-None-Match": etag } : { Accept: "application/json" },
    redirect: "error",
  });
  if (response.status === 304) return { etag };
  if (!response.ok) throw new Error(response.statusText);
  return { etag: response.headers.get("ETag"), news: await response.json() };
}

function show(bar, news) {
  for (const [name, count] of Object.entries(news.counts ?? {})) {
    document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`).forEach((place) => { place.textContent = count; });
  }
  bar.hidden = !news.count;
  if (!news.count) return;
  const link = Object.assign(document.createElement("a"), {
    href: location.pathname + location.search,
    textContent: bar.dataset.words.replace("{sentence}", news.sentence),
  });
  bar.replaceChildren(link);
}

export function startPolling() {
  const bar = document.querySelector("[data-poll]");
  if (!bar) return;
  let etag = null;
  let every = Number(bar.dataset.every ?? EVERY);
  const again = () => setTimeout(turn, every * (1 + Math.random()));

  async function turn() {
    if (!document.hidden) {
      try {
        const answer = await ask(bar.dataset.poll, etag);
        etag = answer.etag;
        every = Number(bar.dataset.every ?? EVERY);
        if (answer.news) show(bar, answer.news);
      } catch {
        every = Math.min(every * 2, SLOWEST);
      }
    }
    again();
  }
  again();
}

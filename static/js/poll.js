// [data-poll=URL]: asks now and then whether the list has changed. The list itself never moves: a bar says
// what is new and links to the same page. Counts of the navigation follow.
import { asking } from "./asking.js";

const EVERY = 30000; // ms, plus up to as much again so that desks do not ask together
const SLOWEST = 480000;

function show(bar, news) {
  for (const [name, count] of Object.entries(news.counts ?? {})) {
    document.querySelectorAll(`[data-count="${CSS.escape(name)}"]`).forEach((place) => { place.textContent = count; });
  }
  bar.hidden = !news.count;
  if (!news.count) return;
  if (!bar.dataset.words) return bar.replaceChildren(news.sentence);
  const link = Object.assign(document.createElement("a"), {
    href: location.pathname + location.search,
    textContent: bar.dataset.words.replace("{sentence}", news.sentence),
  });
  bar.replaceChildren(link);
}

export function startPolling() {
  const bar = document.querySelector("[data-poll]");
  if (!bar) return;
  const every = Number(bar.dataset.every ?? EVERY);
  const pause = (wait) => wait * (1 + Math.random());
  setTimeout(asking(bar.dataset.poll, { every, slowest: SLOWEST, pause }, (news) => show(bar, news)), pause(every));
}

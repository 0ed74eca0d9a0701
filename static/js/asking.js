// Asks an address again and again with its ETag: slower after failures, never while nobody looks.
export function asking(url, { every, slowest, pause = (wait) => wait }, tell) {
  let etag = null;
  let wait = every;

  async function ask() {
    const headers = etag ? { Accept: "application/json", "If-None-Match": etag } : { Accept: "application/json" };
    const response = await fetch(url, { cache: "no-store", headers, redirect: "error" });
    if (response.status === 304) return;
    if (!response.ok) throw new Error(response.statusText);
    etag = response.headers.get("ETag");
    tell(await response.json());
  }

  return async function turn() {
    if (!document.hidden) wait = await ask().then(() => every, () => Math.min(wait * 2, slowest));
    setTimeout(turn, pause(wait));
  };
}

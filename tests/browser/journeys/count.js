// Counts what a person does, for the tests: trusted keys that are not letters of a word, and clicks.
if (window.top === window && location.origin !== "null") {
  const FIELDS = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])";
  const add = (keys, clicks) => {
    const [k, c] = JSON.parse(sessionStorage.getItem("counted") ?? "[0, 0]");
    sessionStorage.setItem("counted", JSON.stringify([k + keys, c + clicks]));
  };
  addEventListener("keydown", (event) => {
    if (!event.isTrusted || event.repeat) return;
    const letter = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (letter && event.target.matches?.(FIELDS)) return;
    const shifted = letter && !event.shiftKey && event.key !== event.key.toLowerCase();
    add(shifted ? 2 : 1, 0); // the driver of the tests prints "X" without pressing Shift
  }, true);
  addEventListener("pointerdown", (event) => { if (event.isTrusted) add(0, 1); }, true);
}

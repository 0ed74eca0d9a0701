// [data-undo=seconds]: the page notice becomes a toast that counts down, then says that it is gone.
export function startUndo() {
  const notice = document.querySelector("[data-undo]");
  if (!notice) return;
  notice.classList.add("is-toast");
  const left = notice.querySelector("[data-undo-left]");
  const end = performance.now() + Number(notice.dataset.undo) * 1000;
  const timer = setInterval(tick, 250);
  tick();

  function tick() {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds > 0) left.textContent = `${seconds}\u00a0s`;
    else finish();
  }

  function finish() {
    clearInterval(timer);
    const hadFocus = notice.contains(document.activeElement);
    notice.querySelector("form").remove();
    notice.querySelector(".notice-title").textContent = notice.dataset.gone;
    if (hadFocus) document.getElementById("content").focus();
    setTimeout(() => notice.remove(), 4000);
  }
}

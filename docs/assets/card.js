// The copy buttons of a card. "Copy" copies what the card shows; "Copy module" fetches and
// copies the file that `handbook add` writes. One listener on the document is enough, even
// though instant navigation replaces the page.
(() => {
  const READ = {
    shown: async (button) => button.closest(".card").querySelector("pre code").textContent,
    text: async (button) => button.dataset.copyText,
    module: async (button) => {
      const answer = await fetch(button.dataset.copy);
      if (!answer.ok) throw new Error(`${answer.status}`);
      return answer.text();
    },
  };
  const DONE = {
    shown: "Copied",
    text: "Copied",
    module: "Module copied",
  };

  // A screen reader announces only changes, so the previous message is cleared first.
  const report = (card, words) => {
    const status = card.querySelector("[role=status]");
    clearTimeout(status.timer);
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = words; });
    status.timer = setTimeout(() => { status.textContent = ""; }, words.length < 20 ? 2000 : 8000);
  };

  const failure = (kind, card) => {
    const file = card.querySelector(".card__files a").textContent;
    if (kind !== "module") return "Your browser does not allow copying: select the text";
    return location.protocol === "file:"
      ? `Your browser does not let a page read local files: follow the link ${file} below`
      : `The module could not be copied: follow the link ${file} below`;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".card [data-copy], .card [data-copy-text]");
    if (!button) return;
    const card = button.closest(".card");
    const kind = button.dataset.copyText ? "text" : button.dataset.copy === "shown" ? "shown" : "module";
    try {
      const text = READ[kind](button).then((words) => new Blob([words], { type: "text/plain" }));
      // The promise is passed on: Safari allows no copying once the handler has waited for it.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
      report(card, DONE[kind]);
    } catch {
      report(card, failure(kind, card));
    }
  });
})();

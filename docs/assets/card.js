// What copies a card. "Copy" takes what the card shows; "Copy module" the very file that
// `handbook add` writes, fetched when it is asked for. One listener serves every page that
// the theme changes in place.
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
  const SAID = {
    shown: "Copied",
    text: "Copied",
    module: "Module copied",
  };

  // A screen reader announces a change alone, so what was said before goes first.
  const say = (card, words) => {
    const status = card.querySelector("[role=status]");
    clearTimeout(status.timer);
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = words; });
    status.timer = setTimeout(() => { status.textContent = ""; }, words.length < 20 ? 2000 : 8000);
  };

  const refused = (kind, card) => {
    const file = card.querySelector(".card__files a").textContent;
    if (kind !== "module") return "Your browser keeps its clipboard closed: select the text";
    return location.protocol === "file:"
      ? `Your browser lets no page read files of a folder: follow the link ${file} below`
      : `It could not be copied: follow the link ${file} below`;
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".card [data-copy], .card [data-copy-text]");
    if (!button) return;
    const card = button.closest(".card");
    const kind = button.dataset.copyText ? "text" : button.dataset.copy === "shown" ? "shown" : "module";
    try {
      const text = READ[kind](button).then((words) => new Blob([words], { type: "text/plain" }));
      // The promise itself: Safari forgets who clicked as soon as we wait.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
      say(card, SAID[kind]);
    } catch {
      say(card, refused(kind, card));
    }
  });
})();

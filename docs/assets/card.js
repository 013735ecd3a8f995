// The copy buttons of a card, and its open proof. "Copy" copies a symbol with its folded
// docstring; "Copy module" fetches and copies the file that `handbook add` writes. One listener
// on the document is enough, even though instant navigation replaces the page.
(() => {
  const shown = (button) => [...button.closest(".card__symbol").querySelectorAll("pre code")]
    .map((code) => code.textContent).join("");
  const module = async (button) => {
    const answer = await fetch(button.dataset.copy);
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.text();
  };

  const message = (button, text) => {
    if (button.dataset.copy !== "shown") return "Module copied";
    const count = text.split("\n").length - 1;
    const folded = button.closest(".card__symbol").querySelector(".card__docstring");
    return `Copied ${count} line${count > 1 ? "s" : ""}${folded ? ", docstring included" : ""}`;
  };
  const failure = (button) => {
    if (button.dataset.copy === "shown") return "Your browser does not allow copying: select the text";
    const file = button.dataset.copy.split("/").pop();
    return location.protocol === "file:"
      ? `Your browser does not let a page read local files: download ${file} from “Take it home”, below`
      : `The module could not be copied: download ${file} from “Take it home”, below`;
  };

  // A screen reader announces only changes, so the previous message is cleared first.
  const report = (button, words) => {
    const status = button.parentElement.querySelector("output");
    clearTimeout(status.timer);
    status.textContent = "";
    requestAnimationFrame(() => { status.textContent = words; });
    status.timer = setTimeout(() => { status.textContent = ""; }, words.length < 50 ? 3000 : 8000);
  };

  document.addEventListener("click", async (event) => {
    const button = event.target.closest(".card [data-copy]");
    if (!button) return;
    const text = button.dataset.copy === "shown" ? Promise.resolve(shown(button)) : module(button);
    try {
      // The promise is passed on: Safari allows no copying once the handler has waited for it.
      const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
      report(button, message(button, await text));
    } catch {
      report(button, failure(button));
    }
  });

  // An open proof covers the code below it, so Escape or a click elsewhere closes it.
  const close = (within) => {
    for (const proof of document.querySelectorAll(".card__proof[open]")) {
      if (!proof.contains(within)) proof.open = false;
    }
  };
  document.addEventListener("click", (event) => close(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    document.activeElement.closest(".card__proof")?.querySelector("summary").focus();
    close(null);
  });
})();

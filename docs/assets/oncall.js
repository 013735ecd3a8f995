// The game of the page on call. It reads its data from the table on the page, which a block
// of the page printed and `handbook run` checked. It contacts no host and stores nothing.
(() => {
  const element = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // The first line has the heads, every other line one incident; bars separate the cells.
  const read = (code) => {
    const lines = code.textContent.split("\n").filter((line) => line.includes("|"));
    const [heads, ...rows] = lines.map((line) => line.split("|").map((cell) => cell.trim()));
    const incidents = rows.map((cells) => Object.fromEntries(cells.map((c, i) => [heads[i], c])));
    return { incidents, acts: heads.slice(heads.indexOf("You see") + 1, heads.indexOf("Cause")) };
  };

  const game = (place, { incidents, acts }) => {
    let round = 0;
    let [right, mine, best] = [0, 0, 0];
    const title = element("p", { className: "paged__title", tabIndex: -1 });
    const seen = element("ul", { className: "paged__seen" });
    const buttons = acts.map((act) => element("button", { type: "button", textContent: act }));
    const verdict = element("div", { className: "paged__verdict" });
    verdict.setAttribute("role", "status");
    const next = element("button", { type: "button", className: "paged__next", hidden: true });
    const choices = element("div", { className: "paged__acts" }, ...buttons);
    choices.setAttribute("role", "group");
    choices.setAttribute("aria-label", "Your first act");

    const ask = () => {
      const incident = incidents[round];
      title.textContent = `Page ${round + 1} of ${incidents.length}, ${incident.Night}, 03:00`;
      const signals = incident["You see"].split("; ");
      seen.replaceChildren(...signals.map((textContent) => element("li", { textContent })));
      verdict.replaceChildren();
      next.hidden = true;
      for (const button of buttons) button.disabled = button.ariaPressed = false;
    };

    const answer = (act) => {
      const incident = incidents[round];
      const [yours, least] = [Number(incident[act]), Number(incident[incident["First act"]])];
      const good = act === incident["First act"];
      [right, mine, best] = [right + good, mine + yours, best + least];
      for (const button of buttons) {
        button.disabled = true;
        button.ariaPressed = button.textContent === act;
      }
      const owner = incident.Owner;
      verdict.replaceChildren(
        element("p", {}, element("strong", { textContent: good ? "Right: " : "Rather: " }),
          `${incident["First act"]}, and tell the ${owner}. The cause: ${incident.Cause}.`),
        element("p", { textContent: `Late or wrong after your act: ${yours}; after the runbook's: ${least}.` }),
        element("p", { textContent: `So far ${right} of ${round + 1} right; ${mine} answers late or wrong, by the runbook ${best}.` }),
      );
      next.textContent = round + 1 < incidents.length ? "Next page" : "Play again";
      next.hidden = false;
      next.focus();
    };

    next.addEventListener("click", () => {
      round = (round + 1) % incidents.length;
      if (round === 0) [right, mine, best] = [0, 0, 0];
      ask();
      title.focus();
    });
    for (const button of buttons) button.addEventListener("click", () => answer(button.textContent));
    const box = element("section", { className: "paged" }, title, seen, choices, verdict, next);
    box.setAttribute("aria-label", "You are paged");
    place.replaceChildren(box);
    ask();
  };

  const build = () => {
    const place = document.querySelector("#paged-game");
    const code = document.querySelector("#paged-table .language-text code");
    if (place && code && !place.querySelector("section")) game(place, read(code));
  };

  // The script is below the table, and instant navigation runs it on every visit.
  build();
})();

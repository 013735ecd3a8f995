// The form of "Which mountain, when?". It reads its data from the table on the page, which
// snippets/basecamp/choose wrote. It contacts no host, stores nothing, and needs no other script.
(() => {
  const element = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };

  // The lines of a cell, which <br> separates, as text: the search may have marked words in them.
  const lines = (cell) => {
    const copy = cell.cloneNode(true);
    for (const br of copy.querySelectorAll("br")) br.replaceWith("\n");
    return copy.textContent.split("\n").map((line) => line.trim()).filter(Boolean);
  };

  const read = (table) => {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map(lines));
    return { heads, rows, asked: heads.indexOf("Rung") };
  };

  // One group of radio buttons per question: the browser handles labels, arrow keys and focus.
  const group = (head, column, rows) => {
    const answers = [...new Set(rows.map((row) => row[column][0]))];
    const labels = answers.map((answer, i) => {
      const name = `choose-${column}`;
      const input = element("input", { type: "radio", name, value: answer });
      input.checked = i === 0;
      return element("label", {}, input, element("span", { textContent: answer }));
    });
    const legend = element("legend", { textContent: head });
    return element("fieldset", {}, legend, ...labels);
  };

  const show = (output, { heads, rows, asked }, answers) => {
    const row = rows.find((cells) => answers.every((answer, i) => cells[i][0] === answer));
    const [rung, mountain, ...rest] = row.slice(asked);
    const title = element("p", { className: "choose__rung" });
    title.append(element("strong", { textContent: rung[0] }), ` ${mountain[0]}`);
    const facts = rest.flatMap((cell, i) => [
      element("dt", { textContent: heads[asked + 2 + i] }),
      ...cell.map((line) => element("dd", { textContent: line })),
    ]);
    output.dataset.mountain = mountain[0];
    output.replaceChildren(title, element("dl", {}, ...facts));
  };

  const build = () => {
    const place = document.querySelector("#choose-form");
    const table = document.querySelector("#choose-table table");
    if (!place || !table || place.querySelector("form")) return;
    const data = read(table);
    const questions = data.heads.slice(0, data.asked);
    const groups = questions.map((head, column) => group(head, column, data.rows));
    const output = element("div", { className: "choose__advice" });
    output.setAttribute("role", "status");
    output.setAttribute("aria-live", "polite");
    output.setAttribute("aria-atomic", "true");
    const controls = element("div", { className: "choose__questions" }, ...groups);
    const form = element("form", { className: "choose", autocomplete: "off" }, controls, output);
    const update = () => {
      const checked = [...form.querySelectorAll("input:checked")];
      show(output, data, checked.map((input) => input.value));
    };
    form.setAttribute("aria-label", "Which mountain, when?");
    form.addEventListener("change", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    place.replaceChildren(form);
    update();
  };

  // The script is below the table, and instant navigation runs it on every visit.
  build();
})();

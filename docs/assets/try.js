// Controls for a table that a block printed: choose a value in each named column, and see the
// one row that has them. It computes nothing, contacts no host and stores nothing.
(() => {
  const element = (tag, properties = {}, ...children) => {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  };
  const svg = (tag, attributes, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  const number = (text) => (text === "" ? NaN : Number(text.replace(/[,%]/g, "").replace("−", "-")));
  const areNumbers = (texts) => texts.every((text) => Number.isFinite(number(text)));

  // The columns of the last table in the fold below, each with its name and its cells.
  const read = (place) => {
    const table = [...place.nextElementSibling.querySelectorAll(".frame")].at(-1);
    const lines = [...table.querySelectorAll('[role="row"]')];
    const [heads, ...rows] = lines.map((row) => [...row.children].map((cell) => cell.textContent.trim()));
    const named = place.dataset.columns.split(",").map((name) => name.trim());
    const columns = heads.map((name, i) => {
      const cells = rows.map((row) => row[i]);
      const values = [...new Set(cells)];
      const numeric = areNumbers(values);
      if (numeric) values.sort((one, other) => number(one) - number(other));
      return { name, cells, values, numeric };
    });
    return {
      controls: named.map((name) => columns.find((column) => column.name === name)),
      results: columns.filter((column) => !named.includes(column.name)),
    };
  };

  // A slider for numbers, radio buttons for words: the browser handles keys and focus.
  const control = ({ name, values, numeric, cells }, place) => {
    const start = values.indexOf(cells[0]);
    if (numeric) {
      const value = element("output");
      const slider = element("input", { type: "range", min: 0, max: values.length - 1, value: start });
      const chosen = () => {
        const text = values[slider.value];
        slider.setAttribute("aria-valuetext", (value.textContent = text));
        return text;
      };
      return { chosen, node: element("label", { className: "try__slider" }, element("span", {}, `${name} `, value), slider) };
    }
    const group = `${place}-${name}`;
    const inputs = values.map((value, i) => element("input", { type: "radio", name: group, value, checked: i === start }));
    const labels = inputs.map((input) => element("label", {}, input, element("span", { textContent: input.value })));
    const node = element("fieldset", { className: "try__words" }, element("legend", { textContent: name }), ...labels);
    return { node, chosen: () => inputs.find((input) => input.checked).value };
  };

  // The result over all values of one control, the others as chosen, on one scale for all rows.
  const curve = (result, along, rows, chosen) => {
    const all = result.cells.map(number);
    const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
    const y = (row) => 28 - (26 * (number(result.cells[row]) - low)) / (high - low || 1);
    const x = (at) => (along.values.length > 1 ? (98 * at) / (along.values.length - 1) + 1 : 50);
    const points = rows.map((row, at) => `${x(at)},${y(row)}`).join(" ");
    const at = rows.indexOf(chosen);
    return svg("svg", { viewBox: "0 0 100 30", preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("polyline", { points, class: "try__curve" }),
      svg("line", { x1: x(at), x2: x(at), y1: 1, y2: 29, class: "try__chosen" }));
  };

  const show = (output, { controls, results }, answers) => {
    const fits = (row, free) =>
      controls.every((column, i) => i === free || column.cells[row] === answers[i]);
    const chosen = results[0].cells.findIndex((_, row) => fits(row));
    const free = controls.findLastIndex((column) => column.numeric);
    const along = controls[free];
    const rows = along?.values.map((value) =>
      along.cells.findIndex((cell, row) => cell === value && fits(row, free)));
    const boxes = results.filter(({ values }) => values.every((value) => value === "yes" || value === "no"));
    const facts = results.filter((result) => !boxes.includes(result)).map((result) =>
      element("div", {}, element("dt", { textContent: result.name }),
        element("dd", {}, element("b", { textContent: result.cells[chosen] }),
          ...(result.numeric && along ? [curve(result, along, rows, chosen)] : []))));
    const tags = boxes.map(({ name, cells }) =>
      cells[chosen] === "yes" ? element("li", { textContent: name })
        : element("li", { className: "try__no" }, element("del", { textContent: name })));
    output.replaceChildren(element("dl", {}, ...facts), ...(tags.length ? [element("ul", {}, ...tags)] : []));
  };

  const build = (place, at) => {
    if (place.firstChild) return;
    const data = read(place);
    const controls = data.controls.map((column) => control(column, `try-${at}`));
    const output = element("div", { className: "try__results" });
    output.setAttribute("role", "status");
    const inputs = element("div", { className: "try__controls" }, ...controls.map(({ node }) => node));
    const form = element("form", { autocomplete: "off" }, inputs, output);
    form.setAttribute("aria-label", place.nextElementSibling.querySelector("summary").textContent.trim());
    const update = () => show(output, data, controls.map(({ chosen }) => chosen()));
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    place.replaceChildren(form);
    update();
  };

  // The script is below the tables, and instant navigation runs it on every visit.
  document.querySelectorAll(".try").forEach(build);
})();

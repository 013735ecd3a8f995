// The filters of the catalogue. They read the table on the page. The state is in the address,
// so people can share a filtered view. The script contacts no host and stores nothing.
(() => {
  const NAMES = ["find", "part", "package"];

  // The text of a row, with more words from its chapters.
  const read = (row) => ({
    row,
    part: row.parentElement.dataset.part,
    needs: row.dataset.needs.split(" "),
    text: `${row.id} ${row.textContent} ${row.dataset.words}`.toLowerCase(),
  });

  const build = () => {
    const form = document.querySelector(".catalogue-filter");
    const table = document.querySelector(".catalogue");
    if (!form || !table || form.dataset.ready) return;
    form.dataset.ready = "true";
    const status = form.querySelector("[role=status]");
    const rows = [...table.querySelectorAll("tr[id]")].map(read);
    const all = status.textContent;

    const show = () => {
      const words = form.elements.find.value.toLowerCase().split(/\s+/);
      const [part, needed] = [form.elements.part.value, form.elements.package.value];
      let count = 0;
      for (const { row, part: own, needs, text } of rows) {
        const fits = (!part || part === own) && (!needed || needs.includes(needed));
        row.hidden = !fits || !words.every((word) => text.includes(word));
        count += !row.hidden;
      }
      for (const body of table.tBodies) body.hidden = !body.querySelector("tr[id]:not([hidden])");
      table.classList.toggle("catalogue--none", count === 0);
      status.textContent = count === rows.length ? all
        : count ? `${count} of ${all}` : `No snippet fits: fewer words find more`;
    };

    const storeInAddress = () => {
      const address = new URL(location.href);
      for (const name of NAMES) {
        const value = form.elements[name].value.trim();
        if (value) address.searchParams.set(name, value);
        else address.searchParams.delete(name);
      }
      history.replaceState(history.state, "", address);
    };

    const asked = new URL(location.href).searchParams;
    for (const name of NAMES) {
      const field = form.elements[name];
      field.value = asked.get(name) ?? "";
      if (field.selectedIndex === -1) field.value = ""; // a part or a package that no longer exists
    }
    form.addEventListener("input", () => { show(); storeInAddress(); });
    form.addEventListener("reset", () => setTimeout(() => { show(); storeInAddress(); }));
    form.addEventListener("submit", (event) => event.preventDefault());
    if (asked.size) show();
  };

  // The script is below the table, and instant navigation runs it on every visit.
  build();
})();

// Adds to the theme's search: where else to look if it finds nothing, and the nearest pages for
// a broken address. Both read what the theme has rendered, without using the index themselves.
(() => {
  const field = document.querySelector("[data-md-component=search-query]");
  const list = document.querySelector(".md-search-result__list");
  if (!field || !list) return;
  const texts = JSON.parse(document.querySelector("#__config").textContent).translations;

  // Below the theme's message that it found nothing, shows where else to look.
  const offer = (template) => {
    const line = template.content.firstElementChild.cloneNode(true);
    // The header stays when the page changes, so its links must not be relative to the page.
    for (const link of line.querySelectorAll("a")) link.href = new URL(link.getAttribute("href"), document.baseURI);
    const place = document.createElement("div");
    place.setAttribute("aria-live", "polite");
    list.parentElement.after(place);
    const meta = list.parentElement.querySelector(".md-search-result__meta");
    new MutationObserver(() => {
      const nothing = meta.textContent === texts["search.result.none"];
      place.replaceChildren(...(nothing ? [line] : []));
    }).observe(meta, { childList: true });
  };

  // /explore/misssing-values.html?q=nan  ->  explore misssing values nan
  const words = () => {
    const root = new URL(document.querySelector(".md-logo").href).pathname;
    const path = location.pathname.startsWith(root) ? location.pathname.slice(root.length) : location.pathname;
    let plain = path;
    try { plain = decodeURIComponent(path); } catch { /* a broken address may not be decodable */ }
    const asked = `${plain.replace(/(index)?\.\w+$/, "")} ${new URLSearchParams(location.search).get("q") ?? ""}`;
    return (asked.match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, 8).join(" ");
  };

  const answer = (section, query) => {
    const show = () => {
      const found = [...list.children].slice(0, 5).map((item) => {
        const { href } = item.querySelector("a");
        const link = Object.assign(document.createElement("a"), { href: href.split("?")[0] });
        link.textContent = item.querySelector("h1").textContent;
        const entry = document.createElement("li");
        entry.append(link);
        return entry;
      });
      if (!found.length) return;
      const title = Object.assign(document.createElement("h2"), { textContent: `Nearest to “${query}”` });
      const pages = document.createElement("ol");
      pages.append(...found);
      section.replaceChildren(title, pages);
      section.hidden = false;
    };
    new MutationObserver(show).observe(list, { childList: true });
    field.value = query;
    // late-search.js waits for the first event, and the theme for the second.
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.dispatchEvent(new KeyboardEvent("keyup"));
  };

  const template = document.querySelector("#nothing-found");
  if (template) offer(template);
  const section = document.querySelector("#instead");
  const query = section && words();
  if (query) answer(section, query);
})();

// Shows the entry of a term when you point at a link to it or reach the link by keyboard.
// Escape closes it, and the pointer may move into it. The entries (terms.js, written by
// `handbook generate`) are loaded when first needed; as a script they load from a folder, too.
(() => {
  const ENTRIES = new URL("terms.js", document.currentScript.src);
  const WAIT = 200; // ms: a pointer that only moves across a link opens nothing
  let link, timer, loaded;

  const tip = document.createElement("div");
  tip.className = "term md-typeset no-copy";
  tip.id = "term-preview";
  tip.setAttribute("role", "tooltip");
  tip.hidden = true;

  const load = () => loaded ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = ENTRIES;
    script.onload = () => resolve(window.handbookTerms);
    script.onerror = reject;
    document.head.append(script);
  });

  const find = (node) => {
    const found = node.closest?.(".md-content a[href*='#']:not(.headerlink)");
    return found && /\/reference\/glossary\/(index\.html)?$/.test(found.pathname) ? found : null;
  };

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  const fill = ({ title, definition, example, prints, heard }) => {
    const sentence = document.createElement("p");
    sentence.append(...definition.split("`").map((part, i) => i % 2 ? element("code", part) : part));
    tip.replaceChildren(element("strong", title), sentence);
    for (const text of [example, prints].filter(Boolean)) {
      const block = document.createElement("pre");
      block.append(element("code", text.trimEnd()));
      tip.append(block);
    }
    if (heard) tip.append(element("blockquote", heard));
  };

  // Places the entry below the link, or above it if there is more room; never outside the window.
  const place = () => {
    const at = link.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = tip;
    const below = at.bottom + height + 6 < innerHeight || at.top < innerHeight - at.bottom;
    const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
    tip.style.left = `${left + scrollX}px`;
    tip.style.top = `${(below ? at.bottom + 6 : at.top - height - 6) + scrollY}px`;
  };

  const hide = () => {
    clearTimeout(timer);
    link?.removeAttribute("aria-describedby");
    link = undefined;
    tip.hidden = true;
  };

  const show = async (wanted) => {
    if (wanted === link) return;
    hide();
    link = wanted;
    const entries = await load().catch(() => ({}));
    const entry = entries[decodeURIComponent(wanted.hash.slice(1))];
    if (link !== wanted || !entry) return;
    fill(entry);
    document.querySelector("main").append(tip); // so that it is inside a landmark
    tip.hidden = false;
    wanted.setAttribute("aria-describedby", tip.id);
    place();
  };

  const later = (act) => {
    clearTimeout(timer);
    timer = setTimeout(act, WAIT);
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const found = find(target);
    if (found) later(() => show(found));
    else if (tip.contains(target)) clearTimeout(timer);
    else if (link !== document.activeElement) later(hide);
  });
  document.addEventListener("focusin", ({ target }) => {
    const found = find(target);
    if (found?.matches(":focus-visible")) show(found);
  });
  document.addEventListener("focusout", ({ target }) => { if (target === link) hide(); });
  document.addEventListener("keydown", ({ key }) => { if (key === "Escape") hide(); });
  document.addEventListener("click", ({ target }) => { if (!tip.contains(target)) hide(); });
})();

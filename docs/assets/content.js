// What the theme leaves undone in a page's content, after each page that it puts in place.
document$.subscribe(() => {
  // The links that leave the site: paper shows where they lead (print.css). The theme makes
  // every address absolute, so that no style sheet could tell them.
  for (const link of document.querySelectorAll(".md-content a[href^=http]")) {
    if (link.origin !== location.origin) link.dataset.leaves = "";
  }
  // Each copy button is made a landmark without a name, and each part of a table of contents one
  // more; a screen reader lists landmarks to get about.
  for (const nav of document.querySelectorAll(".md-code__nav, .md-nav--secondary .md-nav")) {
    nav.removeAttribute("aria-label");
    nav.setAttribute("role", "none");
  }
  // "Paragraph mark" says neither where a link leads nor what a heading is called.
  for (const link of document.querySelectorAll(".md-content .headerlink")) {
    link.ariaLabel = link.title;
    const heading = link.closest("h1, h2, h3, h4");
    if (heading) heading.ariaLabel = heading.textContent.replace(link.textContent, "").trim();
  }
  // Heard one after the other, code and what it printed are the same.
  for (const output of document.querySelectorAll(".highlight + .language-text")) {
    output.role = "group";
    output.ariaLabel = "Printed";
  }
  // What is wider than the window has to scroll for who has no mouse, too. The theme sees to
  // code, and not to tables.
  const content = document.querySelector(".md-content");
  new ResizeObserver(() => {
    for (const box of content.querySelectorAll(".md-typeset__scrollwrap, .notebook__text, .notebook__table")) {
      const wide = box.scrollWidth > box.clientWidth;
      box.role = wide ? "group" : null;
      box.ariaLabel = wide ? "Scrolls sideways" : null;
      if (wide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }).observe(content);
});

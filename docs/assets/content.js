// Corrects the content of each page after the theme has put it in place.
document$.subscribe(() => {
  // Marks the links that leave the site: print.css shows their addresses on paper. A style
  // sheet cannot recognise them, since the theme makes every address absolute.
  for (const link of document.querySelectorAll(".md-content a[href^=http]")) {
    if (link.origin !== location.origin) link.dataset.leaves = "";
  }
  // The theme makes a landmark of each copy button and of each part of a table of contents.
  // People with a screen reader navigate by landmarks, and these would only be in the way.
  for (const nav of document.querySelectorAll(".md-code__nav, .md-nav--secondary .md-nav")) {
    nav.removeAttribute("aria-label");
    nav.setAttribute("role", "none");
  }
  // A screen reader would read the mark of a permalink aloud; this names link and heading.
  for (const link of document.querySelectorAll(".md-content .headerlink")) {
    link.ariaLabel = link.title;
    const heading = link.closest("h1, h2, h3, h4");
    if (heading) heading.ariaLabel = heading.textContent.replace(link.textContent, "").trim();
  }
  // Without a label, people who listen cannot tell the output from the code before it.
  for (const output of document.querySelectorAll(".highlight + .language-text")) {
    output.role = "group";
    output.ariaLabel = "Printed";
  }
  // The theme's copy button takes this text instead of what is shown: the commands, without
  // the prompt and what they print.
  for (const block of document.querySelectorAll(".language-console")) {
    const lines = block.querySelector("code").textContent.split("\n");
    block.dataset.copy = lines.filter((line) => line.startsWith("$ ")).map((line) => line.slice(2)).join("\n");
  }
  // What is wider than the window must scroll by keyboard, too. The theme does this for code,
  // but not for tables.
  const content = document.querySelector(".md-content");
  new ResizeObserver(() => {
    for (const box of content.querySelectorAll(".md-typeset__scrollwrap, .notebook__text, .notebook__table, .figure__frame")) {
      const wide = box.scrollWidth > box.clientWidth;
      box.role = wide ? "group" : null;
      box.ariaLabel = wide ? "Scrolls sideways" : null;
      if (wide) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  }).observe(content);
});

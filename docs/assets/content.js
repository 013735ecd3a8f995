// What the theme leaves undone in a page's content, after each page that it puts in place.
document$.subscribe(() => {
  // The links that leave the site: paper shows where they lead (print.css). The theme makes
  // every address absolute, so that no style sheet could tell them.
  for (const link of document.querySelectorAll(".md-content a[href^=http]")) {
    if (link.origin !== location.origin) link.dataset.leaves = "";
  }
  // Each copy button is made a landmark without a name.
  for (const nav of document.querySelectorAll(".md-code__nav")) nav.setAttribute("role", "none");
});

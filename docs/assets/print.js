// Marks the links that leave the site: paper shows where they lead (print.css). The theme
// makes every address absolute, so that no style sheet could tell them.
document$.subscribe(() => {
  for (const link of document.querySelectorAll(".md-content a[href^=http]")) {
    if (link.origin !== location.origin) link.dataset.leaves = "";
  }
});

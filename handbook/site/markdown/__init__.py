"""What the site's Markdown does to a page beyond the extensions that anybody has.

It joins the cards of one module and folds their docstrings, says how long folded code
is, shows a printed data frame as a table, marks the line that is the point, and gives a
figure its caption. All of it is HTML and CSS: a page needs no script for it.
"""

from typing import Any

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

from handbook.site.markdown import cards, figures, folds, frames, points

__all__ = ["makeExtension"]


class _Page(Postprocessor):  # type: ignore[misc]  # Markdown has no types
    """Works on the HTML of a whole page, when all that was put aside is back in it."""

    def run(self, text: str) -> str:
        for change in (
            cards.join,
            frames.show,
            points.mark,
            folds.count,
            figures.frame,
        ):
            text = change(text)
        return text


class _Handbook(Extension):  # type: ignore[misc]
    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  as Markdown calls it
        md.postprocessors.register(_Page(md), "handbook", 0)  # the last of all


def makeExtension(**options: Any) -> Extension:  # noqa: N802  as Markdown calls it
    """Return the extension that mkdocs.yml names `handbook.site.markdown`."""
    return _Handbook(**options)

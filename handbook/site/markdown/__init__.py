"""The extension of Markdown for what only our pages have.

It joins the cards of a module and folds their docstrings, counts the lines of folded
code, shows a printed data frame as a table, highlights the line that is the point,
makes room for controls, and gives a figure its caption. All of this is HTML and CSS:
no page needs a script to be read.
"""

from typing import Any

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor

from handbook.site.markdown import cards, controls, figures, folds, frames, points

__all__ = ["makeExtension"]


class _Page(Postprocessor):  # type: ignore[misc]  # Markdown has no types
    """Changes the HTML of a whole page, after every other extension."""

    def run(self, text: str) -> str:
        for change in (
            cards.join,
            frames.show,
            points.mark,
            controls.place,
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

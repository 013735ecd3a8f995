"""Make room for the controls of a printed data frame, above the fold that holds it.

`<!--handbook:try COLUMN, COLUMN-->` below an output names the columns to choose by.
docs/assets/try.js builds the controls from the rows of the table and computes nothing.
"""

import re

from handbook.site.markdown.code import BLOCK
from handbook.site.markdown.folds import FOLD

__all__ = ["place"]

_TRY = re.compile(r"<!--handbook:try (?P<columns>.*?)-->\n*")
_HEAD = 'role="columnheader"'


def place(html: str) -> str:
    """Put an empty element above each fold that holds a frame with such a comment.

    It says how many controls and results it will show, so that the browser can keep
    their space free. Outside a fold there are none, which `handbook check` reports.
    """
    while found := _TRY.search(html):
        above, below = html[: found.start()], html[found.end() :]
        blocks, folds = list(BLOCK.finditer(above)), list(FOLD.finditer(above))
        if blocks and folds:
            columns = found["columns"].strip()
            controls = columns.count(",") + 1
            results = blocks[-1]["code"].count(_HEAD) - controls
            at = folds[-1].start()
            above = (
                f'{above[:at]}<div class="try" data-search-exclude '
                f'data-columns="{columns}" '
                f'style="--controls: {controls}; --results: {results}"></div>\n'
                f"{above[at:]}"
            )
        html = above + below
    return html

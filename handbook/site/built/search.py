"""Remove what no reader searches for from the theme's search index.

The theme indexes each line of code and of output, and repeats a page's tags in each
section. Only names remain of code, because readers search for them; tags remain with
the page.
"""

import html
import json
import keyword
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from handbook.base.files import write_whole

__all__ = ["thin"]

_CODE = re.compile(r"\s*<pre>(?:<span></span>)?<code>(.*?)</code></pre>", re.DOTALL)
_NAME = re.compile(r"[A-Za-z_]\w{3,}")


def thin(
    site: Path, outputs: Collection[str], tags: Mapping[str, Collection[str]]
) -> None:
    """Thin out `search/search_index.json`. Thinning it twice is harmless.

    Parameters
    ----------
    site : Path
        The built site.
    outputs : collection of str
        The outputs of blocks, as they are between their fences.
    tags : mapping of str to collection of str
        The tags of notebooks, where the theme finds none, by their address.
    """
    file = site / "search/search_index.json"
    index = json.loads(file.read_text(encoding="utf-8"))
    printed = {output.strip("\n") for output in outputs}
    for entry in index["docs"]:
        if "#" in entry["location"]:
            entry.pop("tags", None)
        elif own := tags.get(entry["location"]):
            entry["tags"] = list(own)
        entry["text"] = _without_code(entry["text"], printed)
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    write_whole(file, text.encode())


def _without_code(text: str, printed: Collection[str]) -> str:
    """Replace the blocks of code by a line of their names that the prose lacks."""
    codes = [html.unescape(code).strip("\n") for code in _CODE.findall(text)]
    prose = _CODE.sub("", text)
    words = set(_NAME.findall(prose))
    shown = "\n".join(code for code in codes if code not in printed)
    names = [name for name in _NAME.findall(shown) if not keyword.iskeyword(name)]
    new = " ".join(name for name in dict.fromkeys(names) if name not in words)
    return f"{prose}<pre>{new}</pre>" if new else prose

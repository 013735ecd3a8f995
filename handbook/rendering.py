"""The fences of a page as the site's own Markdown sees them: which, where, if shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import markdown
from mkdocs.utils.meta import get_data
from mkdocs.utils.yaml import yaml_load
from pymdownx.superfences import SuperFencesBlockPreprocessor

__all__ = ["Rendering", "Site", "SiteFence"]

# What the browser has but does not show.
_UNSEEN = re.compile(
    r"<!--.*?-->|<(script|style|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE
)
_SEEN_FENCE = re.compile(r'<pre data-fence="(\d+)">')
_RAW_CODE = re.compile(
    r"<pre\b[^>]*>\s*(?:<code\b[^>]*>)?|<div\b[^>]*\bclass=[^>]*>", re.IGNORECASE
)
_RAW_LANGUAGE = re.compile(
    r"""\blang(?:uage)?-([\w+.-]+)|["' ](i?py(?:thon)?3?)["' ]""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SiteFence:
    """A fence that the site's Markdown found.

    Attributes
    ----------
    line, end : int
        The page's lines, from 1, of the opening and of the closing marks.
    language : str
        As Markdown understood it: `python` for `{.python .annotate}` too.
    code : str
        What the reader is shown, without the last newline.
    quoted : bool
        Whether it stands in a block quotation.
    diagram : bool
        Whether mkdocs.yml gives this language a formatter of its own.
    seen : bool
        Whether the finished page shows it as a block of code.
    """

    line: int
    end: int
    language: str
    code: str
    quoted: bool
    diagram: bool
    seen: bool


@dataclass(frozen=True, slots=True)
class Rendering:
    """What of a page's code the reader sees.

    Attributes
    ----------
    start : int
        The line, from 1, below the front matter.
    fences : tuple of SiteFence
        In the order of the page.
    raw : tuple of str
        The language of each block written as HTML.
    """

    start: int
    fences: tuple[SiteFence, ...]
    raw: tuple[str, ...]


class _Recorder(SuperFencesBlockPreprocessor):  # type: ignore[misc]
    """Put a numbered mark where the site would put highlighted code."""

    def __init__(self, md: markdown.Markdown, found: list[dict[str, Any]]) -> None:
        super().__init__(md)
        self.found = found

    def process_nested_block(self, ws: str, content: str, start: int, end: int) -> None:
        language = self.lang or ""
        self.found.append(
            {
                "line": start + 1,
                "end": end,
                "language": language,
                "code": self.rebuild_block(self.code),
                "quoted": self.quote_level > 0,
                "diagram": any(
                    entry["name"] == language for entry in self.extension.superfences
                ),
            }
        )
        # As upstream stores it: an indented block of code restores the original text.
        self.last = ws + self.normalize_ws(content)
        mark = f'<pre data-fence="{len(self.found) - 1}"></pre>'
        self._store(self.normalize_ws("\n".join(self.code)) + "\n", mark, start, end)
        self.clear()


class Site:
    """The Markdown of a site, without the colours.

    Parameters
    ----------
    config : Path
        The site's mkdocs.yml.

    Raises
    ------
    ValueError
        If its Markdown does not use pymdownx.superfences.
    """

    def __init__(self, config: Path) -> None:
        with config.open(encoding="utf-8") as file:
            names, options = _extensions(
                yaml_load(file).get("markdown_extensions") or []
            )
        self._markdown = markdown.Markdown(extensions=names, extension_configs=options)
        processors = self._markdown.preprocessors
        if "fenced_code_block" not in processors or not isinstance(
            fences := processors["fenced_code_block"], SuperFencesBlockPreprocessor
        ):
            raise ValueError(
                f"{config.name} must list pymdownx.superfences in markdown_extensions"
            )
        self._found: list[dict[str, Any]] = []
        recorder = _Recorder(self._markdown, self._found)
        recorder.config, recorder.extension = fences.config, fences.extension
        processors.register(recorder, "fenced_code_block", 25)

    def render(self, source: str) -> Rendering:
        """Render a page, front matter included, whose lines end in a newline."""
        body, _ = get_data(source)
        skipped = source.count("\n") - body.count("\n")
        html = _UNSEEN.sub("", self.html(body))
        seen = {int(number) for number in _SEEN_FENCE.findall(html)}
        fences = [
            SiteFence(
                **fence
                | {"line": fence["line"] + skipped, "end": fence["end"] + skipped},
                seen=number in seen,
            )
            for number, fence in enumerate(self._found)
        ]
        tags = (_RAW_LANGUAGE.search(tag) for tag in _RAW_CODE.findall(html))
        return Rendering(
            skipped + 1, tuple(fences), tuple(tag[1] or tag[2] for tag in tags if tag)
        )

    def html(self, body: str) -> str:
        """Give all that the browser will have, with marks in place of fences.

        Parameters
        ----------
        body : str
            A page without its front matter.
        """
        self._found.clear()
        self._markdown.reset()
        html: str = self._markdown.convert(body)
        return html


def _extensions(
    entries: list[str | Mapping[str, Any]],
) -> tuple[list[str], dict[str, Any]]:
    """Read `markdown_extensions` as MkDocs does: names, some with options."""
    names = ["toc", "tables", "fenced_code"]  # MkDocs' own
    options: dict[str, Any] = {}
    for entry in entries:
        for name, given in ({entry: None} if isinstance(entry, str) else entry).items():
            names.append(name)
            options[name] = given or {}
    return list(dict.fromkeys(names)), options

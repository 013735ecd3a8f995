"""HB401 to HB410: prose that a reader in a hurry can trust."""

import re
from collections.abc import Iterator, Sequence
from statistics import median

from handbook.book.book import Book
from handbook.book.problem import Edit, Problem
from handbook.book.prose import (
    CONFLICT,
    Passage,
    Sentence,
    ends,
    passages,
    sentences,
    written_terms,
)
from handbook.book.remember import Answers, remember
from handbook.book.source import PageSource, Source
from handbook.check.rule import Rule

__all__ = ["RULES", "find"]

SENTENCE = 30  # words; the longest of the first chapters has 28
MEDIAN = 14  # words
SHORTEST = 600  # words of a chapter
VERDICT = 40  # words
ADMONITIONS = 2

RULES = (
    Rule(
        id="HB401",
        name="short-sentence",
        why=f"People read a sentence of over {SENTENCE} words twice, or not at all.",
        wrong=(
            "A null, which in this table means that a flight ... and which nobody ..."
        ),
        right="A null means that the flight never left.\nNobody ...",
    ),
    Rule(
        id="HB402",
        name="short-median",
        why=(
            f"If half of a chapter's sentences have more than {MEDIAN} words, a tired "
            "reader stops."
        ),
        wrong="a chapter whose median sentence has 21 words",
        right="one whose median sentence has 12",
    ),
    Rule(
        id="HB403",
        name="long-enough",
        why=f"A chapter of fewer than {SHORTEST} words leaves questions open.",
        wrong="a chapter of 300 words",
        right="a chapter of 900 words, or a section of another chapter",
    ),
    Rule(
        id="HB404",
        name="one-sentence-a-line",
        why="With one sentence a line, a pull request shows which sentence changed.",
        wrong="A null is data. Count it\nfirst.",
        right="A null is data.\nCount it first.",
        fixable=True,
    ),
    Rule(
        id="HB405",
        name="verdict-first",
        why=(
            "A reader who stops after one minute must have the rule: in bold below the "
            f"title, in {VERDICT} words at most."
        ),
        wrong="# Why is it null?\n\nMissing values are common.",
        right=(
            "# Why is it null?\n\n"
            "**Name the cause of each null before you drop a row.**"
        ),
    ),
    Rule(
        id="HB406",
        name="no-filler",
        why="A filler word adds nothing, and calls easy what a reader may find hard.",
        wrong="You can simply drop the rows.",
        right="Drop the rows.",
    ),
    Rule(
        id="HB407",
        name="sentence-case",
        why="Headings In Title Case hide which words are names.",
        wrong="## How To Find The Cause",
        right="## How do you find the cause?",
    ),
    Rule(
        id="HB408",
        name="alt-text",
        why=(
            "People who cannot see a figure read its alternative text: what it shows, "
            "with its numbers."
        ),
        wrong="![](figures/nulls-calendar.svg)",
        right=(
            "![A calendar of 2013. Two days are nearly "
            "black.](figures/nulls-calendar.svg)"
        ),
    ),
    Rule(
        id="HB409",
        name="no-bare-address",
        why="An address in the text is not a link, so nobody can click it.",
        wrong="See https://example.org/nulls.",
        right=(
            "See <https://example.org/nulls>, or [the "
            "survey](https://example.org/nulls)."
        ),
        fixable=True,
    ),
    Rule(
        id="HB410",
        name="few-admonitions",
        why=(
            f"After {ADMONITIONS} boxes on a page readers skip them all, and a box "
            'without a title is called "Note". Folded blocks do not count.'
        ),
        wrong="!!! note",
        right='!!! note "The clock changes on 3 November"',
    ),
)

_ENDED = re.compile(r"[.!?][\"')*_]*\Z")
_FILLER = re.compile(
    r"\b(?:simply|easily|obviously|basically|effortless(?:ly)?|seamless(?:ly)?|"
    r"powerful|cutting-edge|of course|needless to say|"
    r"just(?! (?:above|after|as|before|below|over|under)\b))\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`|]*[^\s<>\"'`|.,;:!?)\]*_]")
_LINKED = re.compile(r"\[[^\[\]]*\](?=[(\[])")  # the text of a link
_NAME = re.compile(r"\s*(?:[\w-]*[/_.])?[\w-]*\.(?:svg|png|jpe?g|gif|webp)\s*", re.I)
_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(|(?P<tag><img\b[^>]*>)", re.IGNORECASE)
_ALT = re.compile(r"\balt\s*=\s*(?:\"\s*[^\"\s]|'\s*[^'\s]|[^\s\"'>])", re.IGNORECASE)
_BREAK = re.compile(r"(?: {2,}|\\|<br ?/?>|:)[*_]*$")
_BLOCK = re.compile(r"[#>|:=!?+-]|\d+[.)] ")  # would not continue the paragraph


def find(book: Book) -> Iterator[Problem]:
    """Yield what makes prose hard to read."""
    pages = {page.path: page for page in [*book.pages, *written_terms(book)]}

    def read(new: Sequence[Source]) -> Answers:
        return {
            source.path: [
                (finding.line, finding.rule, finding.message, finding.fix)
                for finding in _Prose(pages[source.path]).findings()
            ]
            for source in new
        }

    findings = remember(book.files, "prose", list(pages.values()), read)
    for path, answers in findings.items():
        for line, rule, message, fix in answers:
            yield Problem(path, line, message, rule, fix=Edit(*fix) if fix else None)


class _Prose:
    def __init__(self, page: PageSource) -> None:
        self.page = page
        self.passages = passages(page)
        self.linked = [found.span() for found in _LINKED.finditer(page.text)]
        self.sentences = [
            (passage, sentence)
            for passage in self.passages
            for sentence in sentences(passage)
        ]

    def findings(self) -> Iterator[Problem]:
        """Yield every finding on the page."""
        is_open = self._is_in_conflict()
        for passage in self.passages:
            is_whole = not is_open and not self._is_broken_head(passage)
            if passage.kind == "paragraph" and is_whole:
                yield from self._one_a_line(passage)
            if passage.kind == "heading":
                yield from self._title_case(passage)
            yield from self._words(passage)
        yield from self._long_sentences()
        yield from self._images()
        yield from self._boxes()
        if self.page.is_chapter:
            yield from self._length()
            yield from self._verdict()

    def _find(
        self, line: int, rule: str, message: str, fix: Edit | None = None
    ) -> Problem:
        return Problem(self.page.path, line, message, rule, fix=fix)

    def _running(self) -> list[Sentence]:
        """Return the sentences of running text: no tables, figures or headings."""
        kinds = {"paragraph", "item", "quotation"}
        return [
            sentence for passage, sentence in self.sentences if passage.kind in kinds
        ]

    def _long_sentences(self) -> Iterator[Problem]:
        for sentence in self._running():
            if sentence.words > SENTENCE:
                yield self._find(
                    sentence.line,
                    "HB401",
                    f"this sentence has {sentence.words} words: make it two, "
                    f"of {SENTENCE} at most",
                )

    def _length(self) -> Iterator[Problem]:
        line = self._title_line()
        running = sorted(self._running(), key=lambda sentence: -sentence.words)
        if running and (middle := median(each.words for each in running)) > MEDIAN:
            longest = ", ".join(f"{each.line} ({each.words})" for each in running[:5])
            yield self._find(
                line,
                "HB402",
                f"the median sentence has {middle:g} words, {MEDIAN} at most: the "
                f"longest are on lines {longest}",
            )
        words = sum(
            sentence.words
            for passage, sentence in self.sentences
            if passage.kind in {"paragraph", "item", "quotation", "heading"}
        )
        if words < SHORTEST:
            yield self._find(
                line,
                "HB403",
                f"this chapter has {words} words: write at least {SHORTEST}",
            )

    def _title_line(self) -> int:
        return next((p.line for p in self.passages if p.kind == "heading"), 1)

    def _one_a_line(self, passage: Passage) -> Iterator[Problem]:
        first, last = passage.line - 1, passage.line - 1 + len(passage.lines)
        start, end = self.page.starts[first], self.page.starts[last] - 1
        text = self.page.text[start:end]
        wanted, wrong = _split(passage.text, text)
        if wrong is not None:
            line = passage.line + passage.text.count("\n", 0, wrong)
            fix = Edit(start, end, wanted) if wanted else None
            yield self._find(line, "HB404", "write one sentence a line", fix)

    def _is_in_conflict(self) -> bool:
        """Return whether git left two versions here, which HB019 reports."""
        texts = (line.text for line in self.page.scanned if line.kind != "code")
        # Seven equals signs may underline a heading.
        return any(CONFLICT.match(text) and text[0] != "=" for text in texts)

    def _is_broken_head(self, passage: Passage) -> bool:
        """Return whether this paragraph is broken front matter, which HB101 reports."""
        is_broken = not self.page.head.end and self.page.text.lstrip().startswith("---")
        return is_broken and passage.line < self._title_line()

    def _title_case(self, passage: Passage) -> Iterator[Problem]:
        words = re.findall(r"[^\W\d_]+", passage.text)[1:]
        long = [word for word in words if len(word) > 3 and not word.isupper()]
        if len(long) > 1 and all(word[0].isupper() for word in long):
            yield self._find(
                passage.line,
                "HB407",
                "write this heading like a sentence: a capital for the first word "
                "and for names",
            )

    def _words(self, passage: Passage) -> Iterator[Problem]:
        for offset, text in enumerate(passage.lines):
            line = passage.line + offset
            for match in _FILLER.finditer(text):
                yield self._find(
                    line, "HB406", f"'{match[0]}' adds nothing here: leave it out"
                )
            for match in _ADDRESS.finditer(text):
                start = self.page.starts[line - 1] + match.start()
                if any(begin < start < end for begin, end in self.linked):
                    continue
                yield self._find(
                    line,
                    "HB409",
                    f"{match[0]} is not a link: write <{match[0]}>",
                    Edit(start, start + len(match[0]), f"<{match[0]}>"),
                )

    def _images(self) -> Iterator[Problem]:
        for line, text in self.page.prose:
            bare = re.sub(r"`[^`]*`", "", text)
            for image in _IMAGE.finditer(bare):
                alt = image["alt"]
                has_text = _ALT.search(image["tag"]) if alt is None else alt.strip()
                if not has_text or (alt and _NAME.fullmatch(alt)):
                    yield self._find(
                        line,
                        "HB408",
                        "write between the brackets what the figure shows"
                        if alt is not None
                        else 'write in alt="..." what the image shows',
                    )

    def _boxes(self) -> Iterator[Problem]:
        boxes = [line for line in self.page.scanned if line.marks == "!!!"]
        for box in boxes:
            if not box.title:
                yield self._find(
                    box.number,
                    "HB410",
                    f'give this box a title: !!! {box.name} "..."',
                )
        for box in boxes[ADMONITIONS:]:
            yield self._find(
                box.number,
                "HB410",
                f"a page has {ADMONITIONS} boxes at most: make this plain text",
            )

    def _verdict(self) -> Iterator[Problem]:
        kinds = [passage.kind for passage in self.passages]
        title = kinds.index("heading") if "heading" in kinds else -1
        verdict = next(iter(self.passages[title + 1 :]), None)
        if verdict is None or verdict.kind != "paragraph":
            line, bare = self._title_line(), ""
        else:
            line, bare = verdict.line, verdict.text.strip()
        if not re.fullmatch(r"\*\*[^*].*[^*]\*\*", bare, re.DOTALL):
            yield self._find(
                line, "HB405", "begin with the verdict: one paragraph, all in **bold**"
            )
        elif (words := Sentence(line, bare).words) > VERDICT:
            yield self._find(
                line,
                "HB405",
                f"the verdict has {words} words: cut it to {VERDICT}",
            )


def _split(masked: str, text: str) -> tuple[str, int | None]:
    """Return a paragraph with one sentence a line, and where it first broke the rule.

    Parameters
    ----------
    masked : str
        The passage, where code and addresses are blank.
    text : str
        The same passage as the page has it.
    """
    indent = re.match(r"\s*", text)
    margin = indent[0] if indent else ""
    gaps = dict(ends(masked))
    parts, at, wrong = [], 0, None
    safe = True
    # The white space of the page itself: where an address is masked, it is blank.
    for match in re.finditer(r"\s+", text):
        start, end = match.span()
        new_line, sentence = "\n" in match[0], start in gaps
        if new_line and not sentence and _ENDED.search(text, 0, start):
            continue  # the next line may begin with a lowercase name, such as pandas
        if new_line and not sentence:
            kept = _BREAK.search(text, at, text.index("\n", start))
            replacement = match[0] if kept else " "
        elif sentence and not new_line:
            replacement = f"\n{margin}"
            safe = safe and not _BLOCK.match(masked, end)
        else:
            continue
        if replacement == match[0]:
            continue
        wrong = start if wrong is None else wrong
        parts += [text[at:start], replacement]
        at = end
    return ("".join([*parts, text[at:]]) if safe else ""), wrong

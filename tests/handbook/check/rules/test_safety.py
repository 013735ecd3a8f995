"""Nothing on a page runs in its reader's browser, in whatever form it's written."""

import shutil
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.check.rules import safety

ROOT = Path(__file__).parents[4]
PAGE = "docs/explore/delays.md"
SNIPPET = "snippets/explore/delays.py"
NOTEBOOK = "docs/late_flights/leg-1.py"
FIGURE = "docs/explore/figures/delays-days.svg"

# Harmless text that looks harmful.
FILES = {
    PAGE: """\
---
description: Count the late flights; on = off, 3 > 2.
---

# How late is late?

Say "onclick=" or `<script>`, and {{ braces }} or `javascript:`.
The data: 3 of 4; once = now, only = never.
[A list](https://example.org/data:text), <https://example.org/?on=1>.

<!-- one = two, and > three -->

<div class="map" markdown>
<svg viewBox="0 0 9 9" role="group"><a xlink:href="../explore/" aria-label="On">
<path class="on" d="M0 0" onlytwo-no="1"/></a><circle fill="url(#a)"/></svg>

![Three flights, "on time" = late](figures/delays-days.svg){ loading=lazy .on }
</div>

<form><label><input type="radio" name="on" value="a"> On</label></form>

```python
print("<script>alert(1)</script>", "javascript:", {"onload": 1})
```
""".replace(' onlytwo-no="1"', ""),
    SNIPPET: '"""Delays of <late> flights, {on: 1}; only = 3."""\n',
    NOTEBOOK: "# %% [markdown]\n# A `<script>` is text.\n\n# %%\nprint(1 < 2)\n",
    FIGURE: '<?xml version="1.0"?>\n<svg xmlns:xlink="http://www.w3.org/1999/xlink">\n'
    "<style>*{fill: red}</style>\n"
    '<image xlink:href="data:image/png;base64,AAAA"/>\n'
    "<text>on x = 3</text>\n</svg>\n",
    "docs/reference/glossary.yml": "- term: a\n  definition: A is one.\n  heard: A?\n",
    "docs/assets/content.js": "alert(1)\n",
    "docs/assets/site.css": "a { color: red }\n",
}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("harmless").resolve()
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    settings = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    (root / "mkdocs.yml").write_text(settings, encoding="utf-8")
    assert found(root) == []
    return root


@pytest.fixture
def book(template: Path, tmp_path: Path) -> Path:
    """A copy of a book without findings."""
    return Path(shutil.copytree(template, tmp_path / "book")).resolve()


def found(root: Path) -> list[tuple[str, int, str | None]]:
    findings = safety.find(Book(root))
    return [(f.path.as_posix(), f.line, f.rule) for f in findings]


def test_harmless_text_has_no_findings(book: Path) -> None:
    assert found(book) == []


ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=evil.js></sCrIpT>",
    "<script\n>alert(1)</script>",
    "<p>Late</p><script/x>alert(1)</script>",
    "<!-- a --><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- > <script>alert(1)</script> -->",
    "<iframe srcdoc='&lt;script>'></iframe>",
    "<object data=a.svg></object>",
    "<embed src=a.svg>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0>",
    "<link rel=stylesheet href=a.css>",
    "<style>* { display: none }</style>",
    "<form action=/login><input></form>",
    "<button formaction=/login>Go</button>",
    "<img src=a.svg onerror=alert(1) alt=x>",
    "<img alt='a > b' src=a.svg\nonerror=alert(1)>",
    "<p><img src='a.svg'/onerror=alert(1)></p>",
    "<b OnMouseOver = 'alert(1)'>late</b>",
    '<div markdown onclick="alert(1)">\n\nLate.\n\n</div>',
    "<details ontoggle=alert(1) open><summary>A</summary></details>",
    "*late*{ onclick=alert(1) }",
    "## Late { onclick='alert(1)' }",
    "![Late](figures/delays-days.svg){ onload=alert(1) }",
    "[late](javascript:alert(1))",
    "[late](JaVaScRiPt:alert(1))",
    "[late](<java script:alert(1)>)",
    "[late](&#106;avascript:alert(1))",
    "[late](javascript&colon;alert(1))",
    "[late][1]\n\n[1]: javascript:alert(1)",
    "[late](vbscript:alert)",
    "[late](data:text/html;base64,AAAA)",
    "![late](data:image/svg+xml;base64,AAAA)",
    "<a href=' javascript:alert(1)'>late</a>",
    "<svg><a xlink:href=javascript:alert(1)><text>A</text></a></svg>",
    "<svg><animate attributeName=href values='a;javascript:alert(1)'/></svg>",
    "<svg><set attributeName=xlink:href to=b /></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg onload=alert(1)></svg>",
    "<svg><svg:script>alert(1)</svg:script></svg>",
    "<div style='background: url(javascript:alert(1))'>late</div>",
    "| A |\n|---|\n| <img src=a onerror=alert(1) alt=b> |",
    '!!! note "<img src=a onerror=alert(1) alt=b>"\n\n    Late.',
    '=== "A"\n\n    <script>alert(1)</script>',
    "> <script>alert(1)</script>",
    "- a\n\n    <script>alert(1)</script>",
    "<p>```</p><script>alert(1)</script>",
    "    code\n\n<script>alert(1)</script>",
]

FETCHES = [
    "![A map](https://example.org/map.png)",
    "<img src=//example.org/map.png alt=map>",
    "<img srcset='a.png 1x, https://example.org/map.png 2x' src=a.png alt=map>",
    "<video poster=https://example.org/map.png></video>",
    "<svg><image href=https://example.org/map.png /></svg>",
    "<p style='background: url(https://example.org/map.png)'>map</p>",
    "<p style='background: image-set(\"//example.org/map.png\" 1x)'>map</p>",
    "<svg><filter><feImage href=https://example.org/map.png /></filter></svg>",
    "<svg><rect fill='url(https://example.org/map.svg#a)' /></svg>",
    "<a href='../' ping=https://example.org>map</a>",
]


def attacked(attack: str) -> tuple[str, int]:
    """Return a page with an attack in it, and the line where the attack begins."""
    text = FILES[PAGE].replace("The data", f"A page.\n\n{attack}\n\nThe data")
    return text, text[: text.index(attack)].count("\n") + 1


@pytest.fixture(scope="module")
def reported(
    template: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[tuple[int, str | None]]]:
    """The findings in a book with each attack on its own page."""
    root = tmp_path_factory.mktemp("attacked").resolve() / "book"
    shutil.copytree(template, root)
    for number, attack in enumerate([*ATTACKS, *FETCHES]):
        page = root / f"docs/explore/attack-{number}.md"
        page.write_text(attacked(attack)[0], encoding="utf-8")
    every = found(root)
    return {
        attack: [
            (line, rule)
            for path, line, rule in every
            if path == f"docs/explore/attack-{number}.md"
        ]
        for number, attack in enumerate([*ATTACKS, *FETCHES])
    }


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_a_page_is_found_at_its_line(
    reported: dict[str, list[tuple[int, str | None]]], attack: str
) -> None:
    first = attacked(attack)[1]
    lines = range(first, first + attack.count("\n") + 1)

    assert {rule for _, rule in reported[attack]} == {"HB501"}
    assert all(line in lines for line, _ in reported[attack]), reported[attack]


@pytest.mark.parametrize("text", FETCHES)
def test_a_request_to_another_host_is_found(
    reported: dict[str, list[tuple[int, str | None]]], text: str
) -> None:
    assert reported[text] == [(attacked(text)[1], "HB506")]


ELSEWHERE: dict[str, tuple[str, str, int, str]] = {
    "a turn of the text in code": (SNIPPET, 'USER = "admin\u202e"\n', 1, "HB507"),
    "a sign without width in prose": (PAGE, "# It\n\nLa\u200bte.\n", 3, "HB507"),
    "a bell in a list": ("docs/reference/glossary.yml", "- term: a\x07\n", 1, "HB507"),
    "in a docstring": (
        SNIPPET,
        'def f():\n    """Late.\n\n    <img src=a onerror=alert(1)>\n    """\n',
        4,
        "HB501",
    ),
    "below a constant": (SNIPPET, 'X = 1\n"""[late](javascript:x)"""\n', 2, "HB501"),
    "in a term": (
        "docs/reference/glossary.yml",
        "- term: a\n  definition: <script>alert(1)</script>\n  heard: A?\n",
        2,
        "HB501",
    ),
    "in a tag without a space": (
        SNIPPET,
        'def f():\n    """Late.\n\n    <svg/onload=alert(1)>\n    """\n',
        4,
        "HB501",
    ),
    "in an address that hides its letters": (
        SNIPPET,
        'def f():\n    """Late.\n\n    [late](java&#115;cript:x)\n    """\n',
        4,
        "HB501",
    ),
    "in the prose of a notebook": (
        NOTEBOOK,
        "# %% [markdown]\n# A\n# <script>alert(1)</script>\n",
        3,
        "HB501",
    ),
    "in the output of a notebook": (
        NOTEBOOK,
        "# %%\nfrom IPython.display import HTML\n\nHTML(text)\n",
        4,
        "HB504",
    ),
    "in what an object of a notebook shows": (
        NOTEBOOK,
        "# %%\nclass A:\n    def _repr_html_(self):\n        return text\n",
        3,
        "HB504",
    ),
    "by the magic of a notebook": (NOTEBOOK, "# %%\n# %%javascript\n", 2, "HB504"),
    "in a figure": (FIGURE, "<svg>\n<script>alert(1)</script></svg>\n", 2, "HB502"),
    "by a figure": (FIGURE, "<svg\n onload='alert(1)'></svg>\n", 2, "HB502"),
    "in a link of a figure": (
        FIGURE,
        "<svg>\n\n<a href='javascript&#58;alert(1)'><text>A</text></a></svg>\n",
        3,
        "HB502",
    ),
    "by a script in another namespace": (
        FIGURE,
        "<svg xmlns:a='http://www.w3.org/1999/xhtml'><a:script/></svg>\n",
        1,
        "HB502",
    ),
    "by an entity of a figure": (
        FIGURE,
        '<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg>&a;</svg>\n',
        1,
        "HB502",
    ),
    "in a figure that cannot be parsed": (
        FIGURE,
        "\0<\0s\0v\0g\0>\n",
        1,
        "HB502",
    ),
    "in a page with another suffix": ("docs/explore/a.markdown", "Late\n", 1, "HB502"),
    "among the copies of code": ("docs/code/demo.html", "<p>Late</p>\n", 1, "HB502"),
    "in a page of HTML": ("docs/explore/demo.html", "<p>Late</p>\n", 1, "HB502"),
    "in a script that no page loads": ("docs/assets/more.js", "alert(1)\n", 1, "HB502"),
    "in a script of a chapter": ("docs/explore/choose.js", "alert(1)\n", 1, "HB502"),
    "in front matter": (
        PAGE,
        '---\nowner: a\ndescription: A "late" flight.\n---\n\n# Late\n',
        3,
        "HB503",
    ),
    "in a list of front matter": (
        PAGE,
        '---\nterms: [a, "<b>"]\n---\n\n# Late\n',
        2,
        "HB503",
    ),
}


@pytest.mark.parametrize(
    ("path", "text", "line", "rule"), ELSEWHERE.values(), ids=ELSEWHERE
)
def test_an_attack_elsewhere_is_found_at_its_line(
    book: Path, path: str, text: str, line: int, rule: str
) -> None:
    (book / path).parent.mkdir(exist_ok=True)
    (book / path).write_text(text, encoding="utf-8")

    assert set(found(book)) == {(path, line, rule)}


def test_a_link_out_of_the_docs_is_found(book: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "demo.html").write_text("<script>alert(1)</script>\n", encoding="utf-8")
    (book / "docs/explore/more").symlink_to(outside)
    (book / "docs/explore/demo.txt").symlink_to(outside / "demo.html")

    assert found(book) == [
        ("docs/explore/demo.txt", 1, "HB502"),
        ("docs/explore/more", 1, "HB502"),
    ]


def test_a_title_in_the_table_of_contents_executes_nothing(book: Path) -> None:
    settings = book / "mkdocs.yml"
    text = settings.read_text(encoding="utf-8")
    entry = '\n  - "<img src=a onerror=alert(1)>": index.md'
    settings.write_text(text.replace("\nnav:", f"\nnav:{entry}"), encoding="utf-8")
    line = text[: text.index("\nnav:")].count("\n") + 3

    assert found(book) == [("mkdocs.yml", line, "HB501")]


def test_a_page_in_a_folder_that_looks_hidden_is_read(book: Path) -> None:
    page = book / "docs/__more/late.md"
    page.parent.mkdir()
    page.write_text(attacked("<script>alert(1)</script>")[0], encoding="utf-8")

    assert {rule for _, _, rule in found(book)} == {"HB501"}


def test_each_rule_has_a_fault() -> None:
    planted = {rule for _, _, _, rule in ELSEWHERE.values()} | {"HB506"}

    assert planted == {rule.id for rule in safety.RULES}

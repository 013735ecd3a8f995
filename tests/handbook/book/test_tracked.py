"""Misspelt words and secrets are found in every file that git tracks or could add."""

import shutil
from pathlib import Path

import pytest

from handbook.book.book import Book
from handbook.book.problem import Problem
from handbook.check.fix import fix
from handbook.check.rules import credentials, spelling

ROOT = Path(__file__).parents[3]
PAGE = "docs/explore/delays.md"

# Secrets in the form of each provider; none was ever valid. The bars hide them from the
# scanner in this file, and are removed before the secrets are planted.
SECRETS = {
    "AWS": "AKIA|IOSFODNN7QWERTZU",
    "AWS, secret": "aws_secret_|access_key = 'wJalrXUtnFEMI/|K7MDENG/bPxRfiCYzq8wErT'",
    "basic authentication": "https:|//anna:s3kretpa55@example.org/data",
    "Base64": 'code = "c3VwZXIgbG9uZyBzdHJp|bmcgc2hvdWxkIGNhdXNlIGVub3VnaCB"',
    "hexadecimal": "code = '2b00042f7|481c7b056c4b410d|28f33cf9a'",
    "GitHub": "ghp_|wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx",
    "GitLab": "glpat-|hellOworld380_testin",
    "JSON Web Token": "eyJ0eXAiOiJKV1Qi|LCJhbGciOiJIUzI1NiJ9.|"
    "eyJuYW1lIjoiSm9obiBEb2UifQ|.xuEv8qrfXu424LZk8bVgr9MQJUIrp1rHcPyZw_KSsds",
    "npm": "//npm.example.org/:_auth|Token=npm_|xxxxxxxxxxxxxxxxxxxx5R7w9K",
    "password": 'pass|word = "hunter2two"',
    "private key": "-----BEGIN RSA PRIVATE| KEY-----",
    "PyPI": "pypi-|AgEIcHlwaS5vcmc" + "C" * 76,
    "Slack": "xoxb|-34532454-e039d02840a0b9379c",
    "Stripe": "sk_live_|ReTllpYQYfIZu2Jnf2lAPFjD",
    "Telegram": "110201543:|AAHdqTcvCH1vGWJxfSe1ofSAs0K5PALDsaw",
}
SECRETS = {kind: text.replace("|", "") for kind, text in SECRETS.items()}
SHA256 = "d9ef2f5cf1bebca7e30b4daf69dcd7a8|fd71f25b7196f5dc489879ad7e3e8a37"
SHA256 = SHA256.replace("|", "")
COMMIT = "9c091bb21b7c1c1d1991|bb908d89e4e9dddfe3e0".replace("|", "")


@pytest.fixture
def book(template: Path, tmp_path: Path) -> Path:
    """A git checkout of a book without misspelt words or secrets."""
    root = Path(shutil.copytree(template, tmp_path / "book")).resolve()
    shutil.copy(ROOT / "pyproject.toml", root)
    return root


def add(root: Path, path: str, line: str) -> None:
    """Add a line to a file, which may be new."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(f"{before}{line}\n", encoding="utf-8")


def secrets(root: Path, path: str, line: str) -> list[Problem]:
    """Add a line, and return the secrets that are found."""
    add(root, path, line)
    return list(credentials.find(Book(root)))


def misspelt(root: Path, path: str, line: str) -> list[Problem]:
    """Add a line, and return the misspelt words that are found."""
    add(root, path, line)
    return list(spelling.find(Book(root)))


def test_nothing_is_found_in_the_book(book: Path) -> None:
    assert secrets(book, "docs/index.md", "It is late.") == []
    assert misspelt(book, "docs/index.md", "It is late.") == []


@pytest.mark.parametrize("path", ["docs/index.md", "snippets/explore/delays.py"])
def test_every_kind_of_secret_is_found_at_its_line(book: Path, path: str) -> None:
    lines = "\n".join(f"# {text}\n" for text in SECRETS.values())
    count = (book / path).read_text(encoding="utf-8").count("\n")

    found = secrets(book, path, lines)

    assert {f.path.as_posix() for f in found} == {path}
    wanted = {count + 1 + 2 * n: kind for n, kind in enumerate(SECRETS)}
    missed = wanted.keys() - {f.line for f in found}
    assert not missed, [wanted[line] for line in missed]
    assert {f.rule for f in found} == {"HB505"}


@pytest.mark.parametrize(
    "path",
    [".github/workflows/a.yml", "mkdocs.local.toml", "tests/test_a.py", "Makefile"],
)
def test_a_secret_is_found_in_every_kind_of_file(book: Path, path: str) -> None:
    [finding] = secrets(book, path, f"# A\n{SECRETS['GitHub']} = 1")

    assert (finding.path, finding.line) == (Path(path), 2)


def test_a_setting_needs_no_quotes_to_be_a_secret(book: Path) -> None:
    [finding] = secrets(book, "settings.yml", "a: 1\npassword: " + "hunter2two")

    assert (finding.path, finding.line) == (Path("settings.yml"), 2)


@pytest.mark.parametrize(
    "line",
    [
        "{secret}  # pragma: allowlist secret",
        "# pragma: allowlist nextline secret\n{secret}",
        "<!-- {secret} --> <!-- pragma: allowlist secret -->",
    ],
)
def test_a_pragma_allows_what_only_looks_like_a_secret(book: Path, line: str) -> None:
    assert secrets(book, PAGE, line.format(secret=SECRETS["GitHub"])) == []


@pytest.mark.parametrize("path", [PAGE, "a.yml", "a.toml", "a.py"])
def test_fingerprints_and_keys_of_tables_are_not_secrets(book: Path, path: str) -> None:
    lines = [
        f'sha256 = "{SHA256}"',
        f"The SHA-256 is `{SHA256}`.",
        f"- uses: actions/checkout@{COMMIT}",
        'key=["airport", "hour"]',
        'colours = "#B4481A"',
    ]

    assert secrets(book, path, "\n".join(lines)) == []


def test_a_file_that_git_ignores_is_not_read(book: Path) -> None:
    (book / ".gitignore").write_text(".cache/\nnotes.md\n")

    assert secrets(book, "notes.md", f"arived {SECRETS['GitHub']}") == []


def test_without_git_every_file_is_read(book: Path) -> None:
    shutil.rmtree(book / ".git")

    found = secrets(book, "docs/notes.txt", SECRETS["GitHub"])

    assert [f.path for f in found] == [Path("docs/notes.txt")]
    assert secrets(book, "site/index.html", SECRETS["GitHub"]) == found


def test_binary_and_huge_files_are_not_read(book: Path) -> None:
    (book / "data.bin").write_bytes(b"\xff\xfe" + SECRETS["GitHub"].encode())
    (book / "huge.csv").write_text(SECRETS["GitHub"] + "\n" * 2**20)

    assert secrets(book, "docs/index.md", "It is late.") == []


@pytest.mark.parametrize(
    "path", [PAGE, "snippets/explore/delays.py", "docs/reference/glossary.yml"]
)
def test_a_misspelt_word_is_found_at_its_line(book: Path, path: str) -> None:
    count = (book / path).read_text(encoding="utf-8").count("\n")

    [finding] = misspelt(book, path, "# A\n# It arived.")

    assert (finding.path, finding.line) == (Path(path), count + 2)
    assert (finding.rule, "'arived'" in finding.message) == ("HB412", True)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("It arived; `arived` is code.", "It arrived; `arived` is code."),
        ("It Arived.", "It Arrived."),
        ("It went thru fo it.", "It went thru fo it."),
    ],
    ids=["prose", "case", "more than one way"],
)
def test_fix_corrects_only_the_words_of_a_page(
    book: Path, wrong: str, right: str
) -> None:
    before = (book / PAGE).read_text(encoding="utf-8")
    findings = misspelt(book, PAGE, wrong)
    assert findings

    fix(Book(book), findings)

    assert (book / PAGE).read_text(encoding="utf-8") == f"{before}{right}\n"


@pytest.mark.parametrize(
    "text",
    ["```python\nx = 1  # arived\n```", "`arived`", "[it](https://example.org/arived)"],
)
def test_code_and_addresses_of_a_page_are_not_spelt(book: Path, text: str) -> None:
    assert misspelt(book, PAGE, text) == []


def test_pyproject_lists_our_own_words(book: Path) -> None:
    assert misspelt(book, PAGE, "Eagle is EGE, and it arived.")
    settings = book / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace('list = "ege', 'list = "arived,ege'))

    assert list(spelling.find(Book(book))) == []

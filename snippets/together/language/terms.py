"""Forty words that data scientists and engineers use for different things.

One line a word, so that a change of meaning is one line of a diff.

Source: the questions "What is an API? What is a test?" of Nelson and Brinkmann (2024),
Why all data scientists should learn software engineering principles, 07:23.
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["TERMS", "Term", "as_markdown"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word, and what each of two trades takes it for.

    Attributes
    ----------
    group : str
        When you meet it: `data`, `code`, `hand-over` or `running`.
    term : str
        As in a sentence: `lock file`.
    scientist, engineer : str
        What a data scientist, and an engineer, has in mind: a few words, no `|`.
    """

    group: str
    term: str
    scientist: str
    engineer: str

    @property
    def anchor(self) -> str:
        """Its place in the glossary: `lock-file`."""
        return self.term.lower().replace(" ", "-")


def as_markdown(terms: Iterable[Term], glossary: str) -> str:
    """Write terms as a table whose first column leads to the glossary.

    Parameters
    ----------
    terms : iterable of Term
        In the order of the rows.
    glossary : str
        The glossary's address, seen from the page: `../reference/glossary.md`.

    Returns
    -------
    str
        A Markdown table of three columns, ended by a line feed.
    """
    head = "| Word | To a data scientist | To an engineer |\n|---|---|---|\n"
    return head + "".join(
        f"| [{each.term}]({glossary}#{each.anchor}) "
        f"| {each.scientist} | {each.engineer} |\n"
        for each in terms
    )


def _read(group: str, table: str) -> tuple[Term, ...]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return tuple(Term(group, *row) for row in rows)


_DATA = """
feature | a column that the model reads | something new that users can do
label | the true answer of a row | a tag on a ticket, a metric or a server
sample | rows drawn at random | a few rows that show the format
baseline | the cheapest rule, which a model must beat | the numbers of the last release
experiment | an attempt that may be thrown away | a variant that some users are given
bias | an error that leans one way | a prejudice that somebody should mend
significance | chance alone would hardly do this | how much it matters
leakage | an answer among the inputs | memory that is never freed, data that get out
schema | the columns, and what they mean | what a database or an API enforces
drift | the world leaves the training data | servers leave what is written down
"""

_CODE = """
test | held-out rows that grade a model | code that fails when other code is wrong
regression | a model that predicts a number | something that worked and is broken
type | what a column measures | what a checker proves of a value before it runs
branch | a split of a decision tree | a way through an if, or a line of work in git
dependency | two columns that move together | a package that the code cannot do without
lock file | the packages that I have, more or less | each package, its version, its hash
environment | a Python and its packages | where code runs: a laptop, staging, production
idempotent | a matrix that is its own square | safe to send twice
validation | rows for choosing among models | refusing input that breaks a rule
API | the functions of a library, fit and predict | requests that other teams rely on
"""

_HAND_OVER = """
commit | a save at the end of the day | one change that can be read, and undone
review | asking whether a result is plausible | reading each changed line before a merge
merge | a join of two tables | bringing one line of work into another
pipeline | the steps from a column to a prediction | jobs that build, check and ship
artefact | a pattern that the measuring made | a file that a build made
registry | the list of all cases, such as aircraft | a server that keeps each version
data contract | a note on what columns mean | promises that a delivery is refused over
release | letting others see the findings | a numbered version that others can get
deploy | the day on which the project ends | putting a version where it runs, any day
rollback | looking for last week's notebook | having the former version back in minutes
"""

_RUNNING = """
model | what fit returns | a class that says what a record holds
service | answering the questions of a colleague | a process that answers day and night
inference | what a sample says of all | one answer of a trained model
production | wherever somebody reads my number | where users are, and alarms are heard
container | a list or a dict | a process that brought its own files
secret | data that may not leave the building | a password or key, never in the code
latency | how old data are when I get them | how long a caller waits
throughput | rows a second in training | requests answered in a second
alert | a risk above the limit, a case to look at | a message to act on now
on-call | whoever built it, if they can be reached | the one whose turn it is to answer
"""

TERMS = (
    *_read("data", _DATA),
    *_read("code", _CODE),
    *_read("hand-over", _HAND_OVER),
    *_read("running", _RUNNING),
)

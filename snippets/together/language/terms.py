"""Forty words that data scientists and engineers use for different things.

One line a word, so that a change of meaning is one line of a diff. The meanings are
ours; where your team has others, change the line.
"""

from dataclasses import dataclass

__all__ = ["TERMS", "Term"]


@dataclass(frozen=True, slots=True)
class Term:
    """A word, and what each of two trades means by it.

    Attributes
    ----------
    group : str
        Where you meet it: `data`, `code`, `hand-over` or `running`.
    term : str
        The word as in a sentence: `lock file`.
    scientist, engineer : str
        What a data scientist, and an engineer, means: a few words, without `|`.
    """

    group: str
    term: str
    scientist: str
    engineer: str


def _read(group: str, table: str) -> tuple[Term, ...]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return tuple(Term(group, *row) for row in rows)


_DATA = """
feature | a column that the model reads | something new that users can do
label | the true answer of a row | a tag on a ticket, a metric or a server
sample | rows drawn at random | a few rows that show the format
baseline | the simplest rule, which a model must beat | the numbers of the last release
experiment | a comparison that answers a question | a variant that some users get
bias | an estimate that is off in one direction | unfair treatment of a group
significance | unlikely by chance alone | how much it matters
leakage | the answer is among the inputs | memory is never freed, or data get out
schema | the columns, and what they mean | what a database or an API enforces
drift | new data differ from the training data | servers differ from their configuration
"""

_CODE = """
test | held-out rows that grade a model | code that fails when other code is wrong
regression | a model that predicts a number | something that worked and is broken
type | what a column measures | what a checker knows of a value before it runs
branch | a split of a decision tree | one way through an if, or a line of work in git
dependency | two variables that move together | a package that the code needs
lock file | the versions behind a result | each package, its version, its hash
environment | a Python and its packages | where code runs: a laptop, staging, production
idempotent | a matrix that is its own square | safe to send twice
validation | rows for choosing among models | refusing input that breaks a rule
API | the functions of a library, such as fit | requests that other teams rely on
"""

_HAND_OVER = """
commit | a state that I can go back to | one change that can be read and undone
review | checking that a result is plausible | reading each change before a merge
merge | a join of two tables | bringing one line of work into another
pipeline | the steps from a column to a prediction | jobs that build, check and ship
artefact | a pattern caused by the measurement | a file that a build made
registry | the list of all cases, such as aircraft | a server that keeps each version
data contract | what columns mean | promises: data that break one are refused
release | publishing the data or the findings | a numbered version that others can get
deploy | the results reach the people who decide | putting a version where it runs
rollback | going back to last month's data | having the former version back in minutes
"""

_RUNNING = """
model | what fit returns | a class that describes a record
service | an analysis on request | a process that answers day and night
inference | from a sample to the population | one answer of a trained model
production | where decisions depend on my number | where users and alarms are
container | an object that holds others | a process that brings its own files
secret | data that only some may see | a password or key, never in the code
latency | how old the data are when I get them | how long a caller waits
throughput | rows per second in training | requests answered per second
alert | a case whose risk is above a limit | a message that somebody must act on now
on-call | reachable for questions on a result | the one who answers alerts tonight
"""

TERMS = (
    *_read("data", _DATA),
    *_read("code", _CODE),
    *_read("hand-over", _HAND_OVER),
    *_read("running", _RUNNING),
)
"""The forty words, by group."""

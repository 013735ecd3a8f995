"""Importing a snippet may make constants and define names, and nothing else."""

import ast

import pytest

from handbook.check.rules.on_import import effects

HEAD = """\
import atexit, os, random, signal, subprocess, sys, threading, warnings
import numpy as np
import pandas as pd
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from os import environ
from .ladder import climb
"""
ACTS = {
    'subprocess.call(["ls"])': "subprocess.call() runs on import",
    'RUN = subprocess.run(["ls"])': "subprocess.run() runs on import",
    'run = subprocess.run\nA = run(["ls"])': "run() runs on import",
    'A = os.system("ls")': "os.system() runs on import, where it starts a process",
    "if os.fork():\n    pass": "this runs on import",
    "A = threading.Thread(target=print)": "threading.Thread() runs on import, where it",
    "POOL = ThreadPoolExecutor()": "concurrent.futures.ThreadPoolExecutor() runs on",
    'os.environ["A"] = "1"': "this changes os.environ on import",
    'A, os.environ["A"] = 1, "1"': "this changes os.environ on import",
    'environ.update(A="1")': "os.environ.update() runs on import, where it reads or ch",
    'A = os.environ.setdefault("A", "1")': "os.environ.setdefault() runs on",
    'A = os.environ["A"]': "os.environ is read on import",
    "signal.signal(signal.SIGINT, print)": "signal.signal() runs on import",
    "@atexit.register\ndef f(): pass": "@atexit.register runs on import",
    "atexit.register(print)": "atexit.register() runs on import",
    'OLD = np.seterr(all="ignore")': "numpy.seterr() runs on import",
    'pd.set_option("display.width", 9)': "pandas.set_option() runs on import",
    "pd.options.display.width = 9": "this changes pandas.options.display.width",
    'warnings.simplefilter("ignore")': "warnings.simplefilter() runs on import",
    "sys.path += [1]": "this changes sys.path on import",
    "A = random.random()": "random.random() runs on import",
    "A = np.random.default_rng(7)": "numpy.random.default_rng() runs on import",
    "A = datetime.now()": "datetime.datetime.now() runs on import",
    'A = open("a").read()': "open() runs on import",
    'A = pd.read_csv("a")': "pandas.read_csv() runs on import",
    "A = [print(n) for n in (1, 2)]": "print() runs on import",
    "A = climb()": "climb() runs on import",
    'A = __import__("os")': "__import__() runs on import",
    "def f(now=datetime.now()): pass": "datetime.datetime.now() in a default",
    "def f(*, rows=list()): pass": "list() in a default argument runs on import",
    "class A:\n    def f(self, at=open(1)): pass": "open() in a default argument runs",
    "class A:\n    x = print()": "print() runs on import",
    "class A(dict, metaclass=print()): pass": "print() runs on import",
    "def _f():\n    return open(1)\nA = _f()": "_f() runs on import",
    "def _g():\n    return _f()\ndef _f():\n    return open(1)\nA = _g()": "_g() runs",
    "class A:\n    def __init__(self): print(1)\nB = A()": "A() runs on import",
    "@print\ndef f(): pass": "@print runs on import",
    "print(1)": "print() runs on import",
    "del os": "this runs on import",
    "for n in ():\n    pass": "this runs on import",
}
SILENT = """\
import functools, logging, re, sys
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, unique
from functools import lru_cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, NamedTuple, NewType, TypeVar

import numpy as np
import pandas as pd
import pydantic

from .ladder import Rung

if TYPE_CHECKING:
    from os import PathLike

__all__ = ["f"]

T = TypeVar("T", bound=int)
Id = NewType("Id", int)
Table = dict[str, list[int]]
PATTERN = re.compile(r"x|" + "|".join(sorted({"a", "b"})), re.MULTILINE)
LOG = logging.getLogger(__name__)
WAIT: timedelta = timedelta(seconds=5) * 2
HERE = Path(__file__).parent / "tables"
ROW = np.dtype([("a", "i4")])
SPAN = pd.Timedelta(hours=1)
NAMES = MappingProxyType({name.lower(): len(name) for name in ("A", "B")})
RUNGS = (Rung("a", climb=lambda sky: sky.assign(a=open("a"))), Rung("b"))
double = partial(pow, 2)
TEXT = f"{len(NAMES)} names".removesuffix("s")
NAMES_TOO = {}
NAMES_TOO["a"] = 1


def _read(table: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in table.splitlines())


LINES = _read("a\\nb")


@unique
class Side(Enum):
    LEFT = "left"


@dataclass(frozen=True)
class Leg(ABC):
    miles: int = 3
    stops: list[str] = field(default_factory=list)

    @property
    def far(self) -> bool:
        return self.miles > 3

    @far.setter
    def far(self, value): ...

    @abstractmethod
    def fly(self): ...


class Row(pydantic.BaseModel):
    a: Annotated[int, pydantic.Field(ge=0)] = pydantic.Field(3)


LEG = Leg(3)


@lru_cache(maxsize=None)
def f(a=3, *, b=HERE, c=()):
    return open("a")


@functools.singledispatch
def g(a): ...


@g.register
def _(a: int): ...


if __name__ == "__main__":
    sys.exit(print(1))
"""


@pytest.mark.parametrize("code", ACTS)
def test_what_acts_is_named_at_its_line(code: str) -> None:
    found = list(effects(ast.parse(HEAD + code)))
    assert [message for _, message in found if message.startswith(ACTS[code])]
    last = (HEAD + code).count("\n") + 1
    assert all(HEAD.count("\n") < line <= last for line, _ in found)


def test_constants_and_definitions_are_silent() -> None:
    assert list(effects(ast.parse(SILENT))) == []

"""A package that is installed in another version than the lock's is named."""

from pathlib import Path

import pytest

from handbook.base import pins
from handbook.base.files import Files
from handbook.base.pins import Lock

LOCK = """\
numpy==2.4.0
    # via pandas
pandas==3.0.0 ; python_full_version < '3.12'
pandas==3.0.1 ; python_full_version >= '3.12'
six==1.17.0
"""


@pytest.fixture
def lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lock:
    (tmp_path / "requirements.lock").write_text(LOCK)
    installed = {"numpy": "2.4.0", "pandas": "3.1.0", "other": "1"}
    monkeypatch.setattr(pins, "_installed", lambda: installed)
    return Lock(Files(tmp_path))


def test_another_version_is_named(lock: Lock) -> None:
    assert lock.differences() == ["pandas 3.1.0"]


def test_another_version_is_part_of_a_key(lock: Lock) -> None:
    assert lock.pinned(["numpy"]) == {"numpy": "numpy==2.4.0"}
    assert lock.pinned(["pandas"])["pandas"].endswith(" (installed: 3.1.0)")


def test_the_version_of_an_installed_package_is_known() -> None:
    assert pins._installed()["pytest"] == pytest.__version__

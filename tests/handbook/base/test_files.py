"""A file is written completely or not at all, and keeps its mode and its links."""

import os
import threading
from pathlib import Path

import pytest

from handbook.base.files import open_whole, write_if_changed, write_whole


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    return path


@pytest.mark.parametrize(
    ("content", "written"), [("é\r\n", b"\xc3\xa9\r\n"), (b"\xff", b"\xff")]
)
def test_content_is_written_unchanged(
    file: Path, content: str | bytes, written: bytes
) -> None:
    write_whole(file, content)
    assert file.read_bytes() == written


def test_missing_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "a/b/file", "new")
    assert (tmp_path / "a/b/file").read_text() == "new"


@pytest.mark.parametrize("mode", [0o600, 0o755, 0o444])
def test_a_file_keeps_its_mode(file: Path, mode: int) -> None:
    file.chmod(mode)
    write_whole(file, "new")
    assert file.stat().st_mode & 0o777 == mode


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_has_the_mode_that_the_user_allows(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        write_whole(tmp_path / "new", "new")
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == mode


def test_a_link_keeps_its_target(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)

    write_whole(link, "new")

    assert link.is_symlink()
    assert file.read_text() == "new"


def test_a_reader_never_finds_half_a_file(file: Path) -> None:
    contents = [letter * 2**20 for letter in (b"a", b"b")]
    write_whole(file, contents[0])
    ended = threading.Event()

    def write() -> None:
        for turn in range(50):
            write_whole(file, contents[turn % 2])
        ended.set()

    writer = threading.Thread(target=write)
    writer.start()
    while not ended.is_set():
        assert file.read_bytes() in contents
    writer.join()


def test_two_writers_of_one_file_do_not_interfere(tmp_path: Path) -> None:
    file, contents = tmp_path / "file", [letter * 2**16 for letter in "abcd"]
    writers = [
        threading.Thread(target=write_whole, args=(file, text)) for text in contents * 4
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert file.read_text() in contents
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_write_keeps_the_file_and_leaves_no_other(
    file: Path, tmp_path: Path
) -> None:
    def write() -> None:
        with open_whole(file) as new:
            new.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()

    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_folder_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_a_file_that_stays_the_same_is_not_touched(file: Path) -> None:
    os.utime(file, ns=(1, 1))
    write_if_changed(file, "old")
    assert file.stat().st_mtime_ns == 1


def test_a_file_that_changes_is_replaced(file: Path, tmp_path: Path) -> None:
    before = file.stat().st_ino
    write_if_changed(file, "new")
    write_if_changed(tmp_path / "other", "other")
    assert file.read_text() == "new"
    assert file.stat().st_ino != before
    assert (tmp_path / "other").read_text() == "other"

"""Lock a chapter into its own folder, with Linux's mount, pid and ipc namespaces.

The process that watches a chapter is the first of a new pid namespace, so the chapter
can't stop or kill it, and every process of the chapter ends with it. The chapter then
locks itself in: to it the file system is read-only, some folders are empty, the book
has only the files that are in the key of its result, and it can't get the rights to
change that. It needs the user namespace that
`network.enter_namespace` made, and Linux 5.12.
"""

import ctypes
import functools
import os
import select
import shutil
import signal
import stat
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from handbook.run.engine.job import Job, Limits, Workspace

__all__ = ["fork", "lock", "run_first", "why_not"]

_NEWNS, _NEWIPC, _NEWPID = 0x00020000, 0x08000000, 0x20000000
_NOSUID, _NODEV, _BIND, _REC, _PRIVATE = 0x2, 0x4, 0x1000, 0x4000, 0x40000
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE, _RDONLY = 442, -100, 0x8000, 0x1
_SET_PDEATHSIG, _SET_NO_NEW_PRIVS = 1, 38
_CAPABILITY_VERSION_3 = 0x20080522


def why_not(folder: Path, hidden: Sequence[str]) -> str:
    """Return why a chapter can't be locked in here, or an empty text if it can.

    Find out by trying, in a new process, because containers forbid some of it.

    Parameters
    ----------
    folder : Path
        A folder to try it in.
    hidden : sequence of str
        The folders to hide.
    """
    if not sys.platform.startswith("linux"):
        return "only Linux can"
    _c_library()  # which costs each chapter some milliseconds otherwise
    workspace = Workspace(folder / "trial").create()
    source, answer = os.pipe()

    def attempt() -> None:
        reason = ""
        try:
            lock(_no_job(folder), workspace, hidden=hidden)
            if {path.name for path in Path("/proc").glob("[0-9]*")} != {"1"}:
                reason = "/proc shows processes of the host"
            with suppress(OSError):
                (workspace.folder / "written").touch()
                reason = "a read-only folder can be written"
            (workspace.work / "written").touch()
        except OSError as error:
            reason = str(error.strerror or error)
        os.write(answer, reason.encode())

    pid = fork()
    if pid == 0:
        try:
            run_first(attempt)
        except OSError as error:
            os.write(answer, str(error.strerror).encode())
        finally:
            os._exit(1)
    os.close(answer)
    with open(source, "rb") as file:  # noqa: PTH123  a descriptor
        reason = file.read().decode()
    status = os.waitpid(pid, 0)[1]
    shutil.rmtree(workspace.folder, ignore_errors=True)
    return reason or ("the trial's process died" if status else "")


def _no_job(root: Path) -> Job:
    return Job(root=str(root), path="", blocks=[], limits=Limits())


def fork() -> int:
    """Fork, and return 0 in the new process, or its number."""
    # Python warns if a process with threads forks. Those that native libraries start
    # when they are loaded are harmless: they are idle until they are used.
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        return os.fork()


def run_first(run: Callable[[], object]) -> NoReturn:
    """Run a function as the first process of a pid namespace, then end this process.

    That process can't be killed or stopped by others of its namespace, and they are
    killed when it ends. It also has a mount namespace, where `/proc` shows only them.

    Raises
    ------
    OSError
        If the system doesn't allow it.
    """
    _call("unshare", _NEWPID)
    parent = os.pidfd_open(os.getpid())
    pid = fork()
    if pid == 0:
        status = 1
        try:
            _call("prctl", _SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
            if select.select([parent], [], [], 0)[0]:
                sys.exit(1)  # it ended before that
            os.close(parent)
            _call("unshare", _NEWNS)
            _mount(None, "/", None, _REC | _PRIVATE)
            _mount("proc", "/proc", "proc", _NOSUID | _NODEV)
            run()
            status = 0
        except SystemExit:
            pass
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(status)
    os._exit(1 if os.waitpid(pid, 0)[1] else 0)


def lock(job: Job, workspace: Workspace, *, hidden: Sequence[str]) -> None:
    """Lock this process and its children into a workspace, for good.

    They can write in `work` and `tmp`, and in a `/dev/shm` of their own, which holds an
    eighth of the limit of memory. All other files are read-only. They have no
    capabilities, and no program can give them any.

    Parameters
    ----------
    job : Job
        The chapter. Of its book, it sees what `visible` lists.
    workspace : Workspace
        The chapter's folder.
    hidden : sequence of str
        Folders that become empty, except for the book, the workspace and Python.

    Raises
    ------
    OSError
        If the system doesn't allow it.
    """
    _copy_font_list(workspace)  # from a folder in the book
    _call("unshare", _NEWNS | _NEWIPC)
    needed = {str(workspace.folder), *_of_python()}
    # Beside the workspace are those of other chapters.
    for place in sorted({*hidden, str(workspace.folder.parent)}):
        _hide(place, {job.root, *needed})
    inside = {os.path.join(job.root, path) for path in job.visible}  # noqa: PTH118
    _cover(job.root, {*inside, *needed})
    writable = [str(workspace.work), str(workspace.tmp)]
    for place in writable:
        _mount(place, place, None, _BIND)
    if os.path.isdir("/dev/shm"):  # noqa: PTH112, S108
        size = job.limits.memory // 8
        _mount("tmpfs", "/dev/shm", "tmpfs", _NOSUID | _NODEV, f"size={size},mode=1777")  # noqa: S108
        writable.append("/dev/shm")  # noqa: S108
    _set_read_only("/", True)
    for place in writable:
        _set_read_only(place, False)
    _give_up_rights()


def _of_python() -> Iterator[str]:
    """Yield the folders of Python, of the installed packages and of this code."""
    libraries = os.environ.get("LD_LIBRARY_PATH", "").split(os.pathsep)
    places = {sys.prefix, sys.base_prefix, sys.exec_prefix, *sys.path, *libraries}
    places.add(str(Path(__file__).parents[2]))
    # An environment's `python` is a link, often to a folder that is a link.
    program = sys.executable
    while program:
        places.add(os.path.dirname(program))  # noqa: PTH120
        try:
            target = os.readlink(program)  # noqa: PTH115
        except OSError:
            break
        program = os.path.join(os.path.dirname(program), target)  # noqa: PTH118, PTH120
    for place in places:
        if os.path.isdir(place):  # noqa: PTH112
            yield os.path.abspath(place)  # noqa: PTH100
            yield os.path.realpath(place)


def _hide(place: str, visible: set[str]) -> None:
    """Cover a folder with an empty one, which shows only the visible folders in it."""
    place = os.path.realpath(place)
    parts = [path for path in visible if path != "/" and _is_in(place, path)]
    if place == "/" or parts or not os.path.isdir(place):  # noqa: PTH112
        return
    _cover(place, visible)


def _cover(place: str, visible: set[str]) -> None:
    """Cover a folder with one that holds only the visible files and folders in it."""
    handles: dict[str, int] = {}
    for path in sorted(visible):
        inside = path != place and _is_in(path, place)
        if inside and not any(_is_in(path, other) for other in handles):
            handles[path] = os.open(path, os.O_PATH)
    _mount("tmpfs", place, "tmpfs", _NOSUID | _NODEV, "size=1m,mode=755")
    for path, handle in handles.items():
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            os.makedirs(path, exist_ok=True)  # noqa: PTH103
        else:
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        _mount(f"/proc/self/fd/{handle}", path, None, _BIND | _REC)
        os.close(handle)


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder + os.sep)


class _MountAttributes(ctypes.Structure):
    _fields_ = [
        ("set", ctypes.c_uint64),
        ("clear", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns", ctypes.c_uint64),
    ]


def _set_read_only(place: str, read_only: bool) -> None:
    """Make a mount and all below it read-only, or one mount writable."""
    attributes = (
        _MountAttributes(set=_RDONLY) if read_only else _MountAttributes(clear=_RDONLY)
    )
    _call(
        "syscall",
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_long(_AT_FDCWD),
        os.fsencode(place),
        ctypes.c_long(_AT_RECURSIVE if read_only else 0),
        ctypes.byref(attributes),
        ctypes.c_size_t(ctypes.sizeof(attributes)),
        name="mount_setattr",
    )


def _give_up_rights() -> None:
    """Give up all capabilities: with them a process could undo its mounts."""
    _call("prctl", _SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _copy_font_list(workspace: Workspace) -> None:
    """Give the chapter a folder for Matplotlib's files, with the list of fonts.

    Matplotlib takes seconds to make the list, and warns if it can't write its folder.
    """
    folder, own = os.environ.get("MPLCONFIGDIR", ""), workspace.tmp / ".matplotlib"
    if folder:
        own.mkdir()
        for path in Path(folder).glob("fontlist-*.json"):
            shutil.copyfile(path, own / path.name)
        os.environ["MPLCONFIGDIR"] = str(own)


def _mount(
    source: str | None, place: str, kind: str | None, flags: int, data: str = ""
) -> None:
    texts = [
        os.fsencode(text) if text else None for text in (source, place, kind, data)
    ]
    _call("mount", *texts[:3], ctypes.c_ulong(flags), texts[3], name=f"mount {place}")


@functools.cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _call(function: str, *arguments: object, name: str = "") -> None:
    """Call a function of the C library.

    Raises
    ------
    OSError
        If it fails; the error names the function.
    """
    if getattr(_c_library(), function)(*arguments):
        number = ctypes.get_errno()
        raise OSError(number, f"{name or function}: {os.strerror(number)}")

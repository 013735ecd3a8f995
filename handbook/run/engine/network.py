"""Leave a chapter no network but loopback: a namespace where it works, or a guard."""

import contextlib
import ctypes
import errno
import os
import socket
import struct
import sys
from pathlib import Path

__all__ = [
    "NATIVE",
    "enter_namespace",
    "guard",
    "leave_for_another",
    "namespace_works",
    "refuse_the_network",
    "sent_nowhere",
]

NATIVE = "a connection of native code or a child process"
"""What `sent_nowhere` counts, in words."""

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_MODE = "HANDBOOK_NETWORK"  # `guard` or `namespace`: processes inherit it


def namespace_works() -> bool:
    """Try a namespace in a process that is thrown away: some systems' is of no use."""
    if not sys.platform.startswith("linux") or os.environ.get(_MODE) == "guard":
        return False
    pid = os.fork()
    if pid == 0:
        try:
            enter_namespace()
            with socket.create_server(("127.0.0.1", 0)) as server:
                socket.create_connection(server.getsockname(), timeout=1).close()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def enter_namespace() -> None:
    """Move this process, which must have one thread, where only loopback is.

    Raises
    ------
    OSError
        If the system does not allow it.
    """
    uid, gid = os.geteuid(), os.getegid()
    _unshare(_NEWUSER | _NEWNET)
    for name, content in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:  # noqa: PTH123
            file.write(content)
    _raise_loopback()
    os.environ[_MODE] = "namespace"


def leave_for_another() -> None:
    """Move a process from a namespace to another: chapters may share a port."""
    if os.environ[_MODE] == "namespace":
        _unshare(_NEWNET)
        _raise_loopback()


def _unshare(what: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(what):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _raise_loopback() -> None:
    import fcntl  # noqa: PLC0415  Linux alone comes here

    set_flags, up = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, set_flags, struct.pack("16sh14x", b"lo", up))


def guard() -> dict[str, str]:
    """Give the variables that keep children off the network without a namespace.

    What honours a proxy (curl, git, libcurl in libraries) is sent to one that cannot
    be; Python loads `guard/sitecustomize.py`, which refuses as a chapter's own process
    does.
    """
    # No such name can be, and errors show it.
    refuses = "http://a-chapter-has-no-network.invalid:9"
    names = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")
    local = "localhost,127.0.0.1,::1"
    lower = dict.fromkeys(names, refuses) | {"no_proxy": local}
    proxies = lower | {name.upper(): value for name, value in lower.items()}
    path = os.pathsep.join(
        [
            str(Path(__file__).with_name("guard")),
            *filter(None, [os.environ.get("PYTHONPATH")]),
        ]
    )
    return proxies | {"PYTHONPATH": path, _MODE: "guard"}


def sent_nowhere() -> int:
    """Count what found no route out of the namespace, or no server of names in it.

    Native code and child processes leave no other trace of what they asked for.
    """
    if os.environ.get(_MODE) != "namespace":
        return 0  # the counts are those of the whole system
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    counts = {
        (names.split()[0], name): int(value)
        for names, values in zip(lines[::2], lines[1::2], strict=True)
        for name, value in zip(names.split()[1:], values.split()[1:], strict=True)
    }
    return counts["Ip:", "OutNoRoutes"] + counts["Udp:", "NoPorts"]


def refuse_the_network() -> list[str]:
    """Refuse, from now on and in this process, every address but loopback's.

    It stands also where a namespace does, for its errors say why.

    Returns
    -------
    list of str
        Grows by what was refused.
    """
    refused: list[str] = []

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
            host = arguments[1][0] if isinstance(arguments[1], tuple) else None
            if isinstance(host, str) and not _is_loopback(host):
                refused.append(host)
                raise OSError(
                    errno.ENETUNREACH, f"{_WHY}, and this one asked for {host}"
                )
        elif event == "socket.getaddrinfo":
            host = arguments[0]
            name = host.decode() if isinstance(host, bytes) else host
            if (
                isinstance(name, str)
                and not _is_loopback(name)
                and not _is_number(name)
            ):
                refused.append(name)
                raise socket.gaierror(
                    socket.EAI_NONAME, f"{_WHY}, and this one asked for {name}"
                )

    sys.addaudithook(hook)
    return refused


_WHY = "a chapter has no network but loopback"


def _is_loopback(host: str) -> bool:
    return host in ("", "localhost", "::1", "0.0.0.0", "::") or host.startswith("127.")  # noqa: S104


def _is_number(host: str) -> bool:
    """Tell whether it is an address already: nobody need be asked for it."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False

"""Keep a chapter off the network, except loopback: by a namespace, or by a guard."""

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
    "count_unreachable",
    "enter_another_namespace",
    "enter_namespace",
    "guard_variables",
    "namespace_works",
    "refuse_the_network",
]

NATIVE = "a connection of native code or a child process"
"""What `count_unreachable` counts, as messages name it."""

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_MODE = "HANDBOOK_NETWORK"  # `guard` or `namespace`: processes inherit it


def namespace_works() -> bool:
    """Return whether a network namespace works here, by trying it in a new process."""
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
    """Move this process to a new network namespace, which has only loopback.

    The process must have a single thread.

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
    _bring_up_loopback()
    os.environ[_MODE] = "namespace"


def enter_another_namespace() -> None:
    """Move to another new namespace, so that two chapters can use the same port."""
    if os.environ[_MODE] == "namespace":
        _unshare(_NEWNET)
        _bring_up_loopback()


def _unshare(what: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(what):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _bring_up_loopback() -> None:
    import fcntl  # noqa: PLC0415  not on Windows

    set_flags, up = 0x8914, 0x1  # SIOCSIFFLAGS, IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as handle:
        fcntl.ioctl(handle, set_flags, struct.pack("16sh14x", b"lo", up))


def guard_variables() -> dict[str, str]:
    """Return the variables that keep children off the network without a namespace.

    Programs that use a proxy (curl, git, libcurl in libraries) get one that can't
    exist. Python loads `startup/sitecustomize.py`, which refuses connections as the
    chapter's own process does.
    """
    # Names below `.invalid` never exist, and programs print this one in their errors.
    refuses = "http://a-chapter-has-no-network.invalid:9"
    names = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy")
    local = "localhost,127.0.0.1,::1"
    lower = dict.fromkeys(names, refuses) | {"no_proxy": local}
    proxies = lower | {name.upper(): value for name, value in lower.items()}
    path = os.pathsep.join(
        [
            str(Path(__file__).with_name("startup")),
            *filter(None, [os.environ.get("PYTHONPATH")]),
        ]
    )
    return proxies | {"PYTHONPATH": path, _MODE: "guard"}


def count_unreachable() -> int:
    """Return how many packets found no route, or no name server, in the namespace.

    Connections of native code and of child processes leave no other trace.
    """
    if os.environ.get(_MODE) != "namespace":
        return 0  # without a namespace the counts are those of the whole system
    lines = Path("/proc/net/snmp").read_text(encoding="ascii").splitlines()
    counts = {
        (names.split()[0], name): int(value)
        for names, values in zip(lines[::2], lines[1::2], strict=True)
        for name, value in zip(names.split()[1:], values.split()[1:], strict=True)
    }
    return counts["Ip:", "OutNoRoutes"] + counts["Udp:", "NoPorts"]


def refuse_the_network() -> list[str]:
    """Refuse all addresses except loopback, from now on and in this process.

    Use it even in a namespace, because its errors give the reason.

    Returns
    -------
    list of str
        The addresses that were refused; new ones are appended.
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
    """Return whether a host is an IP address, which no name server has to look up."""
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False

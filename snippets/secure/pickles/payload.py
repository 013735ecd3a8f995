"""Add to a pickle a call that runs when it is loaded, to see which defence stops it.

The call writes one marker file and does nothing else. The object that comes back is the
one that was pickled.

Source: Slaviero (2011), Sour Pickles, on calls placed before the object.
"""

from pathlib import Path

__all__ = ["harmless_payload"]


def harmless_payload(
    pickled: bytes, marker: Path, *, runner: str = "builtins exec"
) -> bytes:
    """Put a call that writes `marker` in front of a pickled object.

    Parameters
    ----------
    pickled : bytes
        A pickle of protocol 2 or later.
    marker : Path
        The file that loading will write. Its path must be ASCII, without a line end.
    runner : str, default "builtins exec"
        Module and name, parted by a space, of a function that runs source code:
        `f(source, namespace)`.

    Returns
    -------
    bytes
        A pickle that writes the marker, drops what the call returned, and goes on to
        the object.

    Raises
    ------
    ValueError
        If `pickled` does not begin as a pickle of protocol 2 or later does, or the path
        is not one line of ASCII.
    """
    if pickled[:1] != b"\x80":
        raise ValueError(f"pickled must begin with a protocol, got {pickled[:1]!r}")
    path = marker.as_posix()
    if not path.isascii() or "\n" in path:
        raise ValueError(f"marker must be one line of ASCII, got {path!r}")
    source = f"open({path!r}, 'w').close()"
    module, name = runner.split(" ")
    # Opcodes of protocol 0: c names a function, ( V } t make its arguments, R calls it,
    # 0 drops the result. None of them touches the memo that the object's opcodes use.
    call = f"c{module}\n{name}\n(V{source}\n}}tR0".encode("ascii")
    return pickled[:2] + call + pickled[2:]

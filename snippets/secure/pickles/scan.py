"""Read the names that a pickle will import, without loading it.

Source: the opcodes and their effect on the stack are those of Python's `pickletools`.
"""

import io
import pickletools
from collections.abc import Iterator

__all__ = ["imports"]

_UNREADABLE = "?"
_TEXT = ("STRING", "UNICODE", "UNICODE8")


def imports(pickled: bytes) -> list[str]:
    """Return the names that a pickle imports when it's loaded, without loading it.

    Parameters
    ----------
    pickled : bytes
        One pickle of protocol 2 or later.

    Returns
    -------
    list of str
        Each name once, sorted, as the file spells it: `builtins.exec`. "?" is a name
        that the file composes in a way that can't be followed: refuse the file. What
        the named functions import or reach in their turn is not seen.

    Raises
    ------
    TypeError
        If `pickled` is not bytes.
    ValueError
        If `pickled` is not one whole pickle, or imports a part of joblib: a joblib
        file has the raw bytes of arrays between its opcodes, and can hide some there.

    Examples
    --------
    >>> import pickle
    >>> imports(pickle.dumps(print))
    ['builtins.print']
    """
    if not isinstance(pickled, bytes):
        raise TypeError(f"pickled must be bytes, got {type(pickled).__name__}")
    if not pickled.startswith(b"\x80"):
        raise ValueError(
            "pickled must begin as pickles of protocol 2 or later do, got "
            f"{pickled[:4]!r}: another format, or a compressed file"
        )
    file = io.BytesIO(pickled)
    names = set(_names(file))
    if file.read(1):
        raise ValueError("pickled must end with the pickle, but more bytes follow")
    return sorted(names)


def _names(file: io.BytesIO) -> Iterator[str]:
    """Yield the names that the pickle in a file imports."""
    stack: list[object] = []
    memo: dict[int, object] = {}
    for opcode, argument, _ in pickletools.genops(file):
        name = _imported(opcode, argument, stack)
        if "joblib" in name.split("."):
            raise ValueError(f"pickled must not be a joblib file with arrays: {name}")
        if name:
            yield name
        _move(opcode, argument, stack, memo)


def _imported(
    opcode: pickletools.OpcodeInfo, argument: object, stack: list[object]
) -> str:
    """Return the name that an opcode imports, or nothing."""
    if opcode.name in ("GLOBAL", "INST"):
        return str(argument).replace(" ", ".", 1)
    if opcode.name == "STACK_GLOBAL":
        parts = stack[-2:]
        plain = len(parts) == 2 and all(isinstance(part, str) for part in parts)
        return ".".join(map(str, parts)) if plain else _UNREADABLE
    # An extension is a number that stands for a name.
    return _UNREADABLE if opcode.name.startswith("EXT") else ""


def _move(
    opcode: pickletools.OpcodeInfo,
    argument: object,
    stack: list[object],
    memo: dict[int, object],
) -> None:
    """Change the stack as the opcode does; only text and marks are kept, else None."""
    top = stack[-1] if stack else None
    if opcode.name == "MEMOIZE":
        memo[len(memo)] = top
    elif opcode.name in ("PUT", "BINPUT", "LONG_BINPUT"):
        memo[int(str(argument))] = top
    elif opcode.name in ("GET", "BINGET", "LONG_BINGET"):
        stack.append(memo.get(int(str(argument))))
    elif opcode.name == "DUP":
        stack.append(top)
    elif pickletools.markobject in opcode.stack_before:
        while stack and stack.pop() is not pickletools.markobject:
            pass
        # What stands below the mark and is used up with it, such as a list.
        del stack[len(stack) - opcode.stack_before.index(pickletools.markobject) :]
        stack.extend([None] * len(opcode.stack_after))
    elif opcode.name == "MARK":
        stack.append(pickletools.markobject)
    else:
        del stack[max(0, len(stack) - len(opcode.stack_before)) :]
        text = argument if opcode.name.endswith(_TEXT) else None
        stack.extend([text] * len(opcode.stack_after))

"""List the names that a pickle will import, without loading it.

Source: the opcodes and their effect on the stack are those of Python's `pickletools`.
"""

import pickletools

__all__ = ["imports"]

_UNREADABLE = "?"
_TEXT = ("STRING", "UNICODE", "UNICODE8")


def imports(pickled: bytes) -> list[str]:
    """List the names that a pickle imports when it is loaded.

    Parameters
    ----------
    pickled : bytes
        One pickle, of any protocol.

    Returns
    -------
    list of str
        Each name once, sorted: `builtins.exec`. A name that the file puts together in
        a way that this function does not follow is "?": count it as a refusal. What
        those functions import in their turn is not seen.

    Raises
    ------
    ValueError
        If `pickled` is no pickle, or ends before its end.

    Examples
    --------
    >>> import pickle
    >>> imports(pickle.dumps(print))
    ['builtins.print']
    """
    stack: list[object] = []
    memo: dict[int, object] = {}
    names = set()
    for opcode, argument, _ in pickletools.genops(pickled):
        if opcode.name.startswith("EXT"):  # a number stands for a name
            names.add(_UNREADABLE)
        if opcode.name in ("GLOBAL", "INST"):
            names.add(str(argument).replace(" ", ".", 1))
        elif opcode.name == "STACK_GLOBAL":
            parts = stack[-2:]
            plain = len(parts) == 2 and all(isinstance(part, str) for part in parts)
            names.add(".".join(map(str, parts)) if plain else _UNREADABLE)
        _move(opcode, argument, stack, memo)
    return sorted(names)


def _move(
    opcode: pickletools.OpcodeInfo,
    argument: object,
    stack: list[object],
    memo: dict[int, object],
) -> None:
    """Do to the stack what the opcode does; all but strings and marks is None."""
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

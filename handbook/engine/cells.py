"""Where the code cells of a percent-format notebook stand in their `.py`."""

__all__ = ["code_cells"]


def code_cells(text: str) -> list[tuple[str, int]]:
    """Give the source of each code cell and the line, from 1, on which it begins.

    jupytext reads the notebook; it tells no lines.
    """
    lines = text.splitlines(keepends=True)
    start = _after_header(lines)
    starts = [number for number in range(start, len(lines)) if lines[number].startswith("# %%")]
    cells = []
    if "".join(lines[start : (starts or [len(lines)])[0]]).strip():
        cells.append((start, (starts or [len(lines)])[0]))
    for number, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        if not any(kind in lines[number] for kind in ("[markdown]", "[md]", "[raw]")):
            cells.append((number + 1, end))
    return [("".join(lines[first:end]), first + 1) for first, end in cells]


def _after_header(lines: list[str]) -> int:
    if not lines or lines[0].rstrip() != "# ---":
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "# ---":
            return number + 1
    return 0

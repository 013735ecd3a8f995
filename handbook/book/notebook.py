"""Find the code cells of a notebook in percent format, and their lines in its `.py`."""

__all__ = ["code_cells"]


def code_cells(text: str) -> list[tuple[str, int]]:
    """Return the source of each code cell, and the line, from 1, where it begins.

    jupytext reads notebooks, but returns no line numbers.
    """
    lines = text.splitlines(keepends=True)
    start = _after_header(lines)
    marks = [
        number
        for number in range(start, len(lines))
        if lines[number].startswith("# %%")
    ]
    ends = [*marks[1:], len(lines)]
    first = marks[0] if marks else len(lines)
    cells = [(start, first)] if "".join(lines[start:first]).strip() else []
    for mark, end in zip(marks, ends, strict=bool(marks)):
        if not any(kind in lines[mark] for kind in ("[markdown]", "[md]", "[raw]")):
            cells.append((mark + 1, end))
    return [_without_blank_lines(lines, first, end) for first, end in cells]


def _without_blank_lines(lines: list[str], first: int, end: int) -> tuple[str, int]:
    # IPython removes leading blank lines before it counts lines.
    while first < end - 1 and not lines[first].strip():
        first += 1
    return "".join(lines[first:end]), first + 1


def _after_header(lines: list[str]) -> int:
    if not lines or lines[0].rstrip() != "# ---":
        return 0
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "# ---":
            return number + 1
    return 0

"""Write the page of the rules from the rules themselves."""

from itertools import groupby

from handbook.check.command import rules
from handbook.check.rule import Rule

__all__ = ["render_rules"]

_FAMILIES = {
    "HB0": "Files and structure",
    "HB1": "Front matter",
    "HB2": "Snippets and tests",
    "HB3": "Code in pages",
    "HB4": "Prose",
    "HB5": "Safety",
}

_OPENING = """\
---
description: What `handbook check` looks at, why, and how to mend what it finds.
tags: [lint, linter, suppress, silence, ignore, noqa, check failed, error code]
search:
  boost: 0.5  # a chapter answers more than a rule
---

# The rules of the book

**`handbook check` reads the whole book in seconds, and runs none of it.
Each rule says why it is there, with an example of wrong and right.**

`handbook check --fix` mends what is marked so below, and nothing else.
A line of prose may be excused from a rule HB4xx, on the line itself or on one above.
The reason is required:

```markdown
<!--handbook:allow HB401: the sentence quotes the regulation-->
```
"""


def render_rules() -> str:
    """Write the page `docs/reference/rules.md`.

    Returns
    -------
    str
        The page in Markdown, the same for the same rules.
    """
    sections = [_OPENING]
    for family, members in groupby(rules(), key=lambda rule: rule.id[:3]):
        sections.append(f"## {_FAMILIES[family]}\n")
        sections += map(_section, members)
    return "\n".join(sections)


def _section(rule: Rule) -> str:
    mend = " `--fix` mends it." if rule.fixable else ""
    return (
        f"### {rule.id} {rule.name} {{ #{rule.id.lower()} }}\n\n"
        f"{rule.why}{mend}\n\n"
        f"Wrong:\n\n````text\n{rule.wrong}\n````\n\n"
        f"Right:\n\n````text\n{rule.right}\n````\n"
    )

"""The rules of `handbook check`, in one module per family."""

__all__ = ["FAMILIES"]

FAMILIES = (
    "files",
    "structure",
    "rules_of_thumb",
    "questions",
    "embeds",
    "dialects",
    "budget",
    "figures",
    "links",
    "front_matter",
    "moved",
    "modules",
    "docstrings",
    "recalls",
    "hostile",
    "blocks",
    "points",
    "controls",
    "prose",
    "proof",
    "spelling",
    "words",
    "safety",
    "credentials",
)
"""The modules of this package, in the order of their ids; each has RULES and find()."""

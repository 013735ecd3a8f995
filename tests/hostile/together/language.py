"""An honest call of each function; `handbook hostile` derives hostile ones from it."""

from handbook.proof.hostile.declare import Honest
from snippets.together.language.translate import readings, translate, undefined_terms

CHANGE = "We deploy the feature after a review of its API."

HONEST = [
    Honest(readings, {"sentence": CHANGE, "to": "engineer"}),
    Honest(translate, {"sentence": CHANGE, "to": "scientist"}),
    Honest(
        undefined_terms,
        {"text": "An *SLO* is a *promise* of an API.", "known": ["api", "drift"]},
    ),
]

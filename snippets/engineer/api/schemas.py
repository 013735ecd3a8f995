"""Compare two JSON schemas: what may be sent by one, and is not taken by the other.

Source: Liskov and Wing (1994), A behavioral notion of subtyping, ACM TOPLAS 16.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["gaps"]

_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_SILENT = {"title", "description", "default", "example", "examples", "deprecated"}
_SILENT |= {"type", "enum", "const", "properties", "required", "items"}  # see _walk
_SILENT |= {"additionalProperties"}


def gaps(
    sent: Mapping[str, Any] | bool, taken: Mapping[str, Any] | bool, *, at: str
) -> list[str]:
    """Return what may be sent by the one schema and isn't taken by the other.

    Parameters
    ----------
    sent, taken : mapping or bool
        JSON schemas without references. A field that `sent` doesn't declare isn't sent.
    at : str
        The place that each line begins with.

    Returns
    -------
    list of str
        Empty if all that may be sent is taken. What differs in a keyword that isn't
        known here is listed.
    """
    return list(_walk(sent, taken, at))


def _walk(sent: Any, taken: Any, at: str) -> Iterator[str]:
    if sent is False or taken is True:  # nothing is sent, or everything is taken
        return
    if taken is False:
        yield f"{at}: something may be sent, and nothing is taken"
        return
    senders, takers = _kinds(sent := _any(sent)), _kinds(taken)
    if len(senders) > 1 or len(takers) > 1:
        for sender in senders:
            yield from min((gaps(sender, each, at=at) for each in takers), key=len)
        return
    yield from (f"{at}: {gap}" for gap in _value_gaps(sent, taken))
    for name in set(taken.get("required", [])) - set(sent.get("required", [])):
        yield f"{at}: {name} is needed, and is not always sent"
    fields, others = taken.get("properties", {}), taken.get("additionalProperties")
    for name, schema in sent.get("properties", {}).items():
        if name not in fields and others is False:
            yield f"{at}: {name} may be sent, and is not taken"
        else:
            yield from _walk(schema, fields.get(name, _any(others)), f"{at}: {name}")
    if others is False and sent.get("additionalProperties") not in (None, False):
        yield f"{at}: fields of any name may be sent, and are not taken"
    for each in ("items", "additionalProperties"):
        if isinstance(taken.get(each), Mapping) and sent.get(each) is not False:
            yield from _walk(_any(sent.get(each)), taken[each], f"{at}: {each}")


def _any(schema: Any) -> Any:
    """Return the schema; for true or nothing, the one that takes everything."""
    return schema if isinstance(schema, Mapping) else {}


def _kinds(schema: Mapping[str, Any]) -> list[Any]:
    kinds = schema.get("anyOf") or schema.get("oneOf")
    if kinds is None and isinstance(schema.get("type"), list):
        kinds = [{**schema, "type": kind} for kind in schema["type"]]
    return kinds or [schema]


def _value_gaps(sent: Mapping[str, Any], taken: Mapping[str, Any]) -> Iterator[str]:
    kind, wanted = sent.get("type", "anything"), taken.get("type")
    if wanted not in {None, kind} and (kind, wanted) != ("integer", "number"):
        yield f"{kind} may be sent, {wanted} is taken"
        return
    given, allowed = (
        s.get("enum", [s["const"]] if "const" in s else None) for s in (sent, taken)
    )
    if allowed is not None:
        for value in given or ["anything"]:
            if given is None or value not in allowed:
                yield f"{value!r} may be sent, {allowed} is taken"
    for key, limit in taken.items():
        free = sent.get(key)
        if key in _SILENT or free == limit:
            continue
        lower, upper = key in _LOWER, key in _UPPER
        if free is None or not ((lower and free >= limit) or (upper and free <= limit)):
            some = f"any {key}" if free is None else f"{key} {free}"
            yield f"{some} may be sent, {limit} is taken"

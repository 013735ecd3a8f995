"""Find what breaks the callers of an API when its OpenAPI document changes.

Callers send requests that the server takes; the server sends responses that callers
take. A change breaks something if what may be sent is not taken any more. So one
comparison of schemas serves both ways, with the two documents swapped.

Source: Liskov and Wing (1994), A behavioral notion of subtyping, ACM TOPLAS 16.
"""

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["breaking_changes"]

_LOWER = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
_UPPER = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
_SILENT = {"title", "description", "default", "example", "examples", "deprecated"}
_SILENT |= {"type", "enum", "const", "properties", "required", "items"}  # see _gaps
_SILENT |= {"additionalProperties"}
_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """List what a caller written for one API meets in the next one that breaks it.

    Parameters
    ----------
    old, new : mapping
        OpenAPI documents, as `app.openapi()` gives them. Bodies are JSON. Headers of
        responses and security are not compared.

    Returns
    -------
    list of str
        A line for each operation, field or value; empty if no caller can notice. Where
        in doubt it breaks: so does a keyword not known here that changes.
    """
    found: list[str] = []
    for path, operations in old["paths"].items():
        for method in _METHODS & set(operations):
            name = f"{method.upper()} {path}"
            was, now = operations[method], new["paths"].get(path, {}).get(method)
            if now is None:
                found.append(f"{name}: removed")
                continue
            found += _gaps(_request(was, old), _request(now, new), f"{name} request")
            found += _gaps(_response(now, new), _response(was, old), f"{name} response")
    return sorted(found)


def _request(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """Describe parameters and body as one object with a field for each."""
    parts = {f"{p['in']} {p['name']}": p for p in operation.get("parameters", [])}
    if "requestBody" in operation:
        body = operation["requestBody"]
        parts["body"] = {"required": body.get("required"), "schema": _json_of(body)}
    return {
        "properties": {n: _inline(p.get("schema"), document) for n, p in parts.items()},
        "required": [name for name, part in parts.items() if part.get("required")],
        "additionalProperties": False,
    }


def _response(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """Describe the bodies as one object with a field for each status."""
    bodies = {s: _json_of(body) for s, body in operation["responses"].items()}
    return {
        "properties": {s: _inline(body, document) for s, body in bodies.items()},
        "required": [status for status in bodies if status.startswith("2")],
    }


def _json_of(body: Mapping[str, Any]) -> Any:
    content = body.get("content", {})
    return next((content[kind].get("schema") for kind in content if "json" in kind), {})


def _inline(node: Any, document: Mapping[str, Any], above: tuple[str, ...] = ()) -> Any:
    """Put every schema where it is referred to, but for one inside itself."""
    if isinstance(node, list):
        return [_inline(each, document, above) for each in node]
    if not isinstance(node, Mapping):
        return {} if node is None else node
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in above:
        target: Any = document
        for part in reference.removeprefix("#/").split("/"):
            target = target[part]
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _inline({**target, **rest}, document, (*above, reference))
    return {key: _inline(value, document, above) for key, value in node.items()}


def _gaps(sent: Mapping[str, Any], taken: Mapping[str, Any], at: str) -> Iterator[str]:
    """Yield what may be sent and is not taken. A field not declared is not sent."""
    senders, takers = _kinds(sent), _kinds(taken)
    if len(senders) > 1 or len(takers) > 1:
        for sender in senders:
            yield from min((list(_gaps(sender, each, at)) for each in takers), key=len)
        return
    yield from (f"{at}: {gap}" for gap in _value_gaps(sent, taken))
    for name in set(taken.get("required", [])) - set(sent.get("required", [])):
        yield f"{at}: {name} is needed, and is not always sent"
    fields, others = taken.get("properties", {}), taken.get("additionalProperties")
    for name, schema in sent.get("properties", {}).items():
        if name not in fields and others is False:
            yield f"{at}: {name} may be sent, and is not taken"
        else:
            yield from _gaps(schema, fields.get(name, _any(others)), f"{at}: {name}")
    if others is False and sent.get("additionalProperties") not in (None, False):
        yield f"{at}: fields of any name may be sent, and are not taken"
    for each in ("items", "additionalProperties"):
        if isinstance(taken.get(each), Mapping) and sent.get(each) is not False:
            yield from _gaps(_any(sent.get(each)), taken[each], f"{at}: {each}")


def _any(schema: Any) -> Any:
    """Give a schema, and for true or nothing the one that takes everything."""
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

"""Find what breaks the callers of an API when its OpenAPI document changes.

A change breaks something if what may be sent isn't taken any more: by the server in a
request, by the caller in a response. So one comparison of schemas works both ways.
"""

from collections.abc import Mapping
from typing import Any

from .schemas import gaps

__all__ = ["breaking_changes"]

_METHODS = {"get", "put", "post", "delete", "patch", "head", "options", "trace"}


def breaking_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return what breaks a caller of the old API who meets the new one.

    Parameters
    ----------
    old, new : mapping
        OpenAPI documents, such as `app.openapi()`. JSON bodies and parameters are
        compared; headers of responses and security aren't.

    Returns
    -------
    list of str
        A line for each operation, field or value, sorted. Empty if nothing breaks.

    Raises
    ------
    ValueError
        If one of the documents has no paths.
    """
    before, after = _operations(old, "old"), _operations(new, "new")
    found = [f"{name}: removed" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        was, now = before[name], after[name]
        request = _request(was, old), _request(now, new)
        found += gaps(*request, at=f"{name} request")
        response = _response(now, new), _response(was, old)
        found += gaps(*response, at=f"{name} response")
    return sorted(found)


def _operations(document: Mapping[str, Any], argument: str) -> dict[str, Any]:
    if not isinstance(document, Mapping) or "paths" not in document:
        raise ValueError(f"{argument} must be an OpenAPI document, and has no paths")
    return {
        f"{method.upper()} {path}": operation
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in _METHODS
    }


def _request(operation: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    """Return parameters and body as one object with a field for each."""
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
    """Return the bodies as one object with a field for each status."""
    bodies = {s: _json_of(body) for s, body in operation["responses"].items()}
    return {
        "properties": {s: _inline(body, document) for s, body in bodies.items()},
        "required": [status for status in bodies if status.startswith("2")],
    }


def _json_of(body: Mapping[str, Any]) -> Any:
    content = body.get("content", {})
    return next((content[kind].get("schema") for kind in content if "json" in kind), {})


def _inline(node: Any, document: Mapping[str, Any], above: tuple[str, ...] = ()) -> Any:
    """Return the node with its references resolved, but for one within itself."""
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

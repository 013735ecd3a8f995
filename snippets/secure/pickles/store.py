"""Write a model without code, and accept only the bytes that were reviewed.

Source: scikit-learn's documentation, "Model persistence".
"""

import hashlib
from collections.abc import Iterable

import skops.io

__all__ = ["pinned", "to_skops"]


def to_skops(model: object, *, trusted: Iterable[str] = ()) -> bytes:
    """Return a model as a skops file that loads if these types are trusted.

    Parameters
    ----------
    model : object
        A fitted scikit-learn estimator.
    trusted : iterable of str, default ()
        Full names of the types, beside those that skops trusts by itself, that the
        file may hold: `sklearn.tree._tree.Tree`. Whoever loads it must trust them, too.

    Returns
    -------
    bytes
        A zip file: a schema of types, and arrays.

    Raises
    ------
    TypeError
        If `trusted` is one name, not several.
    ValueError
        If the model holds a type that is not trusted.
    AttributeError
        If it holds a function that can't be imported, such as a lambda.
    """
    if isinstance(trusted, str):
        raise TypeError(f"trusted must be several names, got the text {trusted!r}")
    names = sorted(trusted)
    written = bytes(skops.io.dumps(model))
    strange = set(skops.io.get_untrusted_types(data=written)).difference(names)
    if strange:
        raise ValueError(f"trusted must name all types, lacks {sorted(strange)}")
    skops.io.loads(written, trusted=names)  # what can be written can't always be read
    return written


def pinned(data: bytes, sha256: str) -> bytes:
    """Return the content of a file if it has the hash of the reviewed file.

    Parameters
    ----------
    data : bytes
        The content, not a path: a file may change between two readings.
    sha256 : str
        The hash of the reviewed file, 64 hexadecimal digits in either case, stored
        elsewhere than the file.

    Returns
    -------
    bytes
        The same content.

    Raises
    ------
    TypeError
        If `data` is not bytes.
    ValueError
        If the content has another hash.
    """
    if not isinstance(data, bytes):
        raise TypeError(f"data must be bytes, got {type(data).__name__}")
    found = hashlib.sha256(data).hexdigest()
    if found != sha256.lower():
        raise ValueError(f"data must have the hash {sha256}, got {found}")
    return data

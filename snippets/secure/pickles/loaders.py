"""Four doors for a model file, from a list of names to a check of the bytes.

Source: Python's documentation of `pickle`, "Restricting globals".
"""

import hashlib
import io
import pickle
from collections.abc import Collection

import skops.io

__all__ = ["AllowListUnpickler", "load_allowed", "load_pinned", "to_skops"]


class AllowListUnpickler(pickle.Unpickler):
    """Import what is on a list of full names, and refuse the rest.

    Parameters
    ----------
    file : BytesIO
        The pickle.
    allowed : collection of str
        Full names: `sklearn.pipeline.Pipeline`. Not modules: one function of an allowed
        module is enough to run anything.
    """

    def __init__(self, file: io.BytesIO, allowed: Collection[str]) -> None:
        super().__init__(file)
        self.allowed = frozenset(allowed)

    def find_class(self, module: str, name: str) -> object:
        """Import a name that the pickle asks for.

        Parameters
        ----------
        module, name : str
            As the pickle has them.

        Returns
        -------
        object
            The class or function.

        Raises
        ------
        pickle.UnpicklingError
            If the name is not on the list.
        """
        full = f"{module}.{name}"
        if full not in self.allowed:
            raise pickle.UnpicklingError(f"{full} is not on the list of allowed names")
        return super().find_class(module, name)


def load_allowed(pickled: bytes, allowed: Collection[str]) -> object:
    """Load a pickle that imports nothing but what is allowed.

    Parameters
    ----------
    pickled : bytes
        One pickle.
    allowed : collection of str
        Full names, as `AllowListUnpickler` takes them.

    Returns
    -------
    object
        What was pickled.

    Raises
    ------
    pickle.UnpicklingError
        If the pickle imports another name; nothing after that name has run.
    """
    return AllowListUnpickler(io.BytesIO(pickled), allowed).load()


def load_pinned(pickled: bytes, sha256: str) -> object:
    """Load a pickle whose bytes are those that were reviewed.

    Parameters
    ----------
    pickled : bytes
        One pickle.
    sha256 : str
        The hash of the reviewed file, 64 hexadecimal digits in either case, kept
        elsewhere than the file.

    Returns
    -------
    object
        What was pickled: whatever it was that passed the review.

    Raises
    ------
    ValueError
        If the bytes have another hash; nothing has been loaded.
    """
    found = hashlib.sha256(pickled).hexdigest()
    if found != sha256.lower():
        raise ValueError(f"the file must have the hash {sha256}, got {found}")
    return pickle.loads(pickled)  # noqa: S301  its bytes were reviewed


def to_skops(model: object) -> bytes:
    """Write a model in a format that holds no calls, and prove that it can be read.

    Parameters
    ----------
    model : object
        A scikit-learn estimator.

    Returns
    -------
    bytes
        A zip file: a schema of types, and arrays.

    Raises
    ------
    ValueError
        If reading it back would need a type that skops does not trust by itself.
    """
    written = skops.io.dumps(model)
    strange = skops.io.get_untrusted_types(data=written)
    if strange:
        raise ValueError(f"the model must hold trusted types alone, got {strange}")
    return bytes(written)

"""Bad on purpose: loaders that people write, and the files that get past them."""

import copy
import io
import pickle
from operator import attrgetter
from pathlib import Path

from sklearn.pipeline import Pipeline

from snippets.secure.pickles.scan import imports


def load_model(path: Path):
    return pickle.loads(path.read_bytes())


def unless_denied(pickled):
    if set(imports(pickled)) & {"builtins.exec", "builtins.eval", "posix.system"}:
        raise pickle.UnpicklingError("a denied name")
    return pickle.loads(pickled)


def from_two_packages(pickled):
    names = imports(pickled)
    return from_list(
        pickled, [n for n in names if n.startswith(("numpy.", "sklearn."))]
    )


def from_list(pickled, names):
    """As in Python's documentation of pickle, "Restricting globals"."""

    class Listed(pickle.Unpickler):
        def find_class(self, module, name):
            if f"{module}.{name}" not in names:
                raise pickle.UnpicklingError(f"{module}.{name} is not on the list")
            return super().find_class(module, name)

    return Listed(io.BytesIO(pickled)).load()


class Call:
    """Its pickle is a call; the function and the arguments may be calls, too."""

    def __init__(self, function, *arguments):
        self.function, self.arguments = function, arguments

    def __reduce__(self):
        return self.function, self.arguments

    def __call__(self):  # pickle refuses a function that can't be called
        raise NotImplementedError


def with_a_call(model, function, *arguments):
    """Return a pickle of the model in which `extra` is the result of a call."""
    carrier = copy.deepcopy(model)
    carrier.extra = Call(function, *arguments)
    return pickle.dumps(carrier, protocol=4)


def climb():
    """Return exec as a call that names only a class and attrgetter."""
    item = Call(attrgetter, "__getitem__")
    world = Call(Call(attrgetter, "fit.__globals__"), Pipeline)
    return Call(Call(item, Call(Call(item, world), "__builtins__")), "exec")

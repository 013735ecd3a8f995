"""Listing what a pickle runs does not run it, and each loader keeps its promise."""

import doctest
import hashlib
import pickle
import pickletools
import sys
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import skops.io
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import FunctionTransformer

from snippets.secure.pickles.loaders import load_allowed, load_pinned, to_skops
from snippets.secure.pickles.payload import harmless_payload
from snippets.secure.pickles.scan import imports

PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
    ),
)


class Call:
    """An object whose pickle is a call."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.function, self.arguments


class TestHarmlessPayload:
    @pytest.mark.parametrize("protocol", PROTOCOLS)
    @pytest.mark.parametrize(
        "runner", ["builtins exec", "numpy.testing._private.utils runstring"]
    )
    def test_writes_the_marker_and_loads_the_same_object(
        self, tmp_path: Path, protocol: int, runner: str
    ) -> None:
        marker = tmp_path / "it's here"
        shared = ["a", "b"]
        value = {"x": shared, "y": shared, "z": np.arange(3)}
        pickled = pickle.dumps(value, protocol=protocol)

        bad = harmless_payload(pickled, marker, runner=runner)
        loaded = pickle.loads(bad)  # noqa: S301  it only writes a marker

        assert marker.read_bytes() == b""
        assert loaded["x"] is loaded["y"]
        assert loaded["x"] == shared
        assert loaded["z"].tolist() == [0, 1, 2]

    @pytest.mark.parametrize("name", ['it\'s "here"', "a\\b", "a\\u0041"])
    def test_writes_the_marker_whatever_its_name(
        self, tmp_path: Path, name: str
    ) -> None:
        bad = harmless_payload(pickle.dumps(1), tmp_path / name)
        pickle.loads(bad)  # noqa: S301  it only writes a marker

        assert [path.name for path in tmp_path.iterdir()] == [name]

    def test_does_nothing_until_it_is_loaded(self, tmp_path: Path) -> None:
        harmless_payload(pickle.dumps(1), tmp_path / "marker")

        assert not list(tmp_path.iterdir())

    def test_refuses_a_pickle_without_room_for_a_call(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="begin with a protocol, got b'I'"):
            harmless_payload(pickle.dumps(1, protocol=0), tmp_path)
        with pytest.raises(ValueError, match="one line of ASCII"):
            harmless_payload(pickle.dumps(1), Path("mark\ner"))
        with pytest.raises(ValueError, match="one line of ASCII"):
            harmless_payload(pickle.dumps(1), Path("märker"))


class TestImports:
    @pytest.mark.parametrize("protocol", [0, 1, *PROTOCOLS])
    def test_names_the_imports_of_a_pickle_of_any_protocol(self, protocol: int) -> None:
        pickled = pickle.dumps([OrderedDict(), Path, OrderedDict()], protocol=protocol)

        assert "collections.OrderedDict" in imports(pickled)
        assert any(name.endswith(".Path") for name in imports(pickled))

    def test_names_each_import_once_and_in_order(self) -> None:
        pickled = pickle.dumps([str, OrderedDict(), str, len], protocol=4)

        assert imports(pickled) == [
            "builtins.len",
            "builtins.str",
            "collections.OrderedDict",
        ]

    def test_names_the_imports_of_a_call_inside_an_object(self, tmp_path: Path) -> None:
        call = Call(eval, "print('ran')")

        assert imports(pickle.dumps({"model": [call]})) == ["builtins.eval"]
        injected = harmless_payload(pickle.dumps([]), tmp_path / "marker")
        assert imports(injected) == ["builtins.exec"]
        assert not (tmp_path / "marker").exists()

    @given(values)
    def test_names_nothing_in_plain_values(self, value: object) -> None:
        assert imports(pickle.dumps(value)) == []

    @pytest.mark.parametrize(
        ("pickled", "named"),
        [
            # the names come from the memo, in reverse order
            (b"\x80\x04\x8c\x06system\x94\x8c\x02os\x94h\x01h\x00\x93.", "os.system"),
            # the text read last is not the one on the stack
            (b"\x80\x04\x8c\x02os\x8c\x06system\x8c\x01x0\x93.", "os.system"),
            (b"\x80\x04\x8c\x02os\x8c\x06system(\x8c\x01x\x8c\x01y1\x93.", "os.system"),
            (b"\x80\x04\x8c\x02os2\x8c\x01x\x860\x8c\x06system\x93.", "os.system"),
            # opcodes that put a text into the memo and read it again
            (b"S'os'\np0\n0S'system'\np1\n0g0\ng1\n\x93.", "os.system"),
            (b"S'os'\nq\x000S'system'\nq\x010h\x00h\x01\x93.", "os.system"),
            (
                b"S'os'\nr\0\0\0\x010S'system'\nr\0\0\0\x020j\0\0\0\x01j\0\0\0\x02\x93.",
                "os.system",
            ),
            (b"\x80\x04\x8d\x02\0\0\0\0\0\0\0os2\x93.", "os.os"),
            # a filled list is still one object above the module
            (b"\x80\x04\x8c\x02os](\x8c\x01xe0\x8c\x06system\x93.", "os.system"),
            # a function's name may contain the separator
            (b"cos\nsystem or so\n.", "os.system or so"),
            # a module name that is not text
            (b"Pos\n\x8c\x06system\x93.", "?"),
            (b"\x80\x04\x8c\x02os\x860\x8c\x06system\x93.", "?"),
            (b"\x80\x04\x8c\x02os\x8c\x01x\x86\x8c\x06system\x93.", "?"),
            # old text opcodes have names, too
            (b"S'os'\nS'system'\n\x93.", "os.system"),
            (b"(ios\nsystem\n.", "os.system"),
            # a number that stands for a name
            (b"\x80\x02\x82\x01.", "?"),
        ],
    )
    def test_follows_names_through_the_stack_or_reports_that_it_cannot(
        self, pickled: bytes, named: str
    ) -> None:
        assert imports(pickled) == [named]

    @pytest.mark.parametrize("pickled", [b"", b"a model", pickle.dumps([1, 2])[:-1]])
    def test_refuses_an_incomplete_pickle(self, pickled: bytes) -> None:
        with pytest.raises(ValueError, match=r"pickle|opcode"):
            imports(pickled)

    @given(values, st.sampled_from([0, 1, *PROTOCOLS]))
    def test_reads_every_opcode_that_pickle_writes(
        self, value: object, protocol: int
    ) -> None:
        pickled = pickle.dumps([value, np.float64(1), {1, 2}], protocol=protocol)

        assert "?" not in imports(pickled)
        assert list(pickletools.genops(pickled))[-1][0].name == "STOP"


class TestLoadAllowed:
    def test_loads_a_pickle_with_only_allowed_imports(self) -> None:
        pickled = pickle.dumps(OrderedDict(a=1))

        assert load_allowed(pickled, {"collections.OrderedDict"}) == {"a": 1}
        assert load_allowed(pickle.dumps([1]), ()) == [1]

    @pytest.mark.parametrize(
        "allowed", [(), ["collections"], ["builtins.exec.", "exec", "builtins"]]
    )
    def test_refuses_another_name_before_anything_runs(
        self, tmp_path: Path, allowed: list[str]
    ) -> None:
        marker = tmp_path / "marker"
        pickled = harmless_payload(pickle.dumps([]), marker)

        with pytest.raises(
            pickle.UnpicklingError, match=r"^builtins.exec is not on the list"
        ):
            load_allowed(pickled, allowed)
        assert not marker.exists()


class TestLoadPinned:
    def test_loads_the_bytes_that_were_reviewed(self) -> None:
        pickled = pickle.dumps({"a": 1})

        pinned = hashlib.sha256(pickled).hexdigest()

        assert load_pinned(pickled, pinned) == {"a": 1}
        assert load_pinned(pickled, pinned.upper()) == {"a": 1}

    def test_refuses_other_bytes_before_anything_runs(self, tmp_path: Path) -> None:
        marker = tmp_path / "marker"
        good = pickle.dumps([1])
        pinned = hashlib.sha256(good).hexdigest()

        with pytest.raises(ValueError, match=f"must have the hash {pinned}, got"):
            load_pinned(harmless_payload(good, marker), pinned)
        assert not marker.exists()


class TestToSkops:
    def test_returns_a_model_that_predicts_the_same_and_needs_no_trust(self) -> None:
        features = np.array([[0.0], [1.0], [2.0], [3.0]])
        model = LogisticRegression().fit(features, [0, 0, 1, 1])

        loaded = skops.io.loads(to_skops(model))

        assert (loaded.predict_proba(features) == model.predict_proba(features)).all()

    def test_refuses_a_model_that_would_need_trust(self) -> None:
        with pytest.raises(ValueError, match=r"trusted types alone, got .*exec"):
            to_skops(FunctionTransformer(exec))


def test_the_example_of_imports_gives_what_it_shows() -> None:
    assert doctest.testmod(sys.modules[imports.__module__]).failed == 0

"""Reading a pickle's imports runs nothing, and each check keeps its promise."""

import doctest
import hashlib
import io
import pickle
import pickletools
import sys
import zlib
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io
from hypothesis import given
from hypothesis import strategies as st
from joblib.numpy_pickle import NumpyArrayWrapper
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import FunctionTransformer

from snippets.secure.pickles.scan import imports
from snippets.secure.pickles.store import pinned, to_skops

PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
    ),
    max_leaves=5,
)
FEATURES = np.arange(80.0).reshape(40, 2)
LABEL = np.arange(40) % 3 == 0
MODELS = [
    LogisticRegression(),
    RandomForestClassifier(n_estimators=3, random_state=0),
    GradientBoostingClassifier(n_estimators=3, random_state=0),
    HistGradientBoostingClassifier(max_iter=3),
    KNeighborsClassifier(),
    CalibratedClassifierCV(LogisticRegression(), cv=2),
    GridSearchCV(LogisticRegression(), {"C": [1, 2]}, cv=2),
]


class Call:
    """An object whose pickle is a call."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.function, self.arguments = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.function, self.arguments


class TestImports:
    @pytest.mark.parametrize("protocol", PROTOCOLS)
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

    def test_names_a_call_inside_an_object_and_does_not_make_it(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call = Call(eval, "print('ran')")

        assert imports(pickle.dumps({"model": [call]})) == ["builtins.eval"]
        assert capsys.readouterr().out == ""

    @given(values)
    def test_names_nothing_in_plain_values(self, value: object) -> None:
        assert imports(pickle.dumps(value)) == []

    @pytest.mark.parametrize(
        ("opcodes", "named"),
        [
            # the names come from the memo, in reverse order
            (b"\x8c\x06system\x94\x8c\x02os\x94h\x01h\x00\x93.", "os.system"),
            # the text read last is not the one on the stack
            (b"\x8c\x02os\x8c\x06system\x8c\x01x0\x93.", "os.system"),
            (b"\x8c\x02os\x8c\x06system(\x8c\x01x\x8c\x01y1\x93.", "os.system"),
            (b"\x8c\x02os2\x8c\x01x\x860\x8c\x06system\x93.", "os.system"),
            # opcodes that put a text into the memo and read it again
            (b"S'os'\np0\n0S'system'\np1\n0g0\ng1\n\x93.", "os.system"),
            (b"S'os'\nq\x000S'system'\nq\x010h\x00h\x01\x93.", "os.system"),
            (
                b"S'os'\nr\0\0\0\x010S'system'\nr\0\0\0\x020j\0\0\0\x01j\0\0\0\x02\x93.",
                "os.system",
            ),
            (b"\x8d\x02\0\0\0\0\0\0\0os2\x93.", "os.os"),
            # a filled list is still one object above the module
            (b"\x8c\x02os](\x8c\x01xe0\x8c\x06system\x93.", "os.system"),
            # a function's name may contain the separator
            (b"cos\nsystem or so\n.", "os.system or so"),
            # a module name that is not text
            (b"Pos\n\x8c\x06system\x93.", "?"),
            (b"\x8c\x02os\x860\x8c\x06system\x93.", "?"),
            (b"\x8c\x02os\x8c\x01x\x86\x8c\x06system\x93.", "?"),
            # old text opcodes have names, too
            (b"S'os'\nS'system'\n\x93.", "os.system"),
            (b"(ios\nsystem\n.", "os.system"),
            # a number that stands for a name
            (b"\x82\x01.", "?"),
        ],
    )
    def test_follows_names_through_the_stack_or_reports_that_it_cannot(
        self, opcodes: bytes, named: str
    ) -> None:
        assert imports(b"\x80\x04" + opcodes) == [named]

    @given(values, st.sampled_from(PROTOCOLS))
    def test_reads_every_opcode_that_pickle_writes(
        self, value: object, protocol: int
    ) -> None:
        pickled = pickle.dumps([value, np.float64(1), {1, 2}], protocol=protocol)

        assert "?" not in imports(pickled)
        assert list(pickletools.genops(pickled))[-1][0].name == "STOP"

    @given(st.binary())
    def test_reads_or_refuses_whatever_the_bytes_are(self, content: bytes) -> None:
        try:
            assert isinstance(imports(b"\x80\x04" + content), list)
        except ValueError as error:
            assert str(error)  # noqa: PT017  either is right, nothing else is

    @pytest.mark.parametrize("pickled", [b"", b"a model", pickle.dumps([1, 2])[:-1]])
    def test_refuses_an_incomplete_pickle(self, pickled: bytes) -> None:
        with pytest.raises(ValueError, match=r"pickle|opcode"):
            imports(pickled)

    def test_refuses_what_another_reader_would_read_on(self) -> None:
        two = pickle.dumps([1]) + pickle.dumps(Call(eval, "1"))

        with pytest.raises(ValueError, match="pickled must end with the pickle"):
            imports(two)

    @pytest.mark.parametrize(
        "pickled", ["model.pkl", Path("model.pkl"), bytearray(b"x")]
    )
    def test_refuses_anything_but_bytes(self, pickled: object) -> None:
        with pytest.raises(TypeError, match="pickled must be bytes, got"):
            imports(pickled)  # type: ignore[arg-type]


class TestImportsOfJoblib:
    def test_reads_a_file_without_arrays_as_the_pickle_that_it_is(self) -> None:
        file = io.BytesIO()
        joblib.dump({"auc": 0.6, "type": OrderedDict()}, file)

        assert imports(file.getvalue()) == ["collections.OrderedDict"]

    def test_refuses_an_honest_file_with_an_array(self) -> None:
        file = io.BytesIO()
        joblib.dump({"weights": np.arange(3.0)}, file)

        with pytest.raises(ValueError, match=r"joblib file with arrays: joblib\."):
            imports(file.getvalue())

    def test_refuses_a_file_whose_array_hides_a_call(self, tmp_path: Path) -> None:
        marker = tmp_path / "marker"
        wrapper = NumpyArrayWrapper(np.ndarray, (2,), "C", np.dtype("u1"))
        del wrapper.numpy_array_alignment_bytes
        array = b"N."  # read as a pickle, it ends the file
        call = f"cbuiltins\nopen\n(V{marker.as_posix()}\nVw\ntR.".encode("ascii")
        hidden = pickle.dumps(wrapper, protocol=3)[:-1] + array + call
        joblib.load(io.BytesIO(hidden)).close()
        assert marker.exists()

        with pytest.raises(ValueError, match="joblib file with arrays"):
            imports(hidden)

    @pytest.mark.parametrize(
        ("module", "name"),
        [
            ("joblib.numpy_pickle_compat", "ZNDArrayWrapper"),
            ("joblib.numpy_pickle", "NumpyPickler._create_array_wrapper"),
            ("sklearn.utils.parallel", "joblib.numpy_pickle.NumpyArrayWrapper"),
        ],
    )
    def test_refuses_every_way_to_the_arrays_of_joblib(
        self, module: str, name: str
    ) -> None:
        pickled = f"\x80\x02c{module}\n{name}\n.".encode("latin-1")

        with pytest.raises(ValueError, match=f"{module}.{name}"):
            imports(pickled)

    def test_reads_a_name_that_only_looks_like_joblib(self) -> None:
        assert imports(b"\x80\x02cours.joblib_free\nload\n.") == [
            "ours.joblib_free.load"
        ]

    def test_refuses_a_compressed_file(self) -> None:
        with pytest.raises(ValueError, match="another format, or a compressed file"):
            imports(zlib.compress(pickle.dumps([1])))


class TestToSkops:
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: type(model).__name__)
    def test_returns_a_model_that_loads_and_predicts_the_same(
        self, model: LogisticRegression
    ) -> None:
        model.fit(FEATURES, LABEL)
        types = skops.io.get_untrusted_types(data=skops.io.dumps(model))

        loaded = skops.io.loads(to_skops(model, trusted=types), trusted=types)

        assert (loaded.predict_proba(FEATURES) == model.predict_proba(FEATURES)).all()

    def test_refuses_a_model_with_a_type_that_is_not_trusted(self) -> None:
        with pytest.raises(ValueError, match=r"trusted must name .*exec"):
            to_skops(FunctionTransformer(exec))
        with pytest.raises(ValueError, match=r"lacks \['builtins.exec'\]$"):
            to_skops(FunctionTransformer(exec, eval), trusted=["builtins.eval"])

    def test_trusts_the_names_of_any_iterable(self) -> None:
        names = (name for name in ("builtins.exec", "builtins.eval"))

        written = to_skops(FunctionTransformer(exec, eval), trusted=names)

        assert skops.io.get_untrusted_types(data=written) == [
            "builtins.eval",
            "builtins.exec",
        ]

    def test_refuses_one_name_that_would_be_read_as_letters(self) -> None:
        with pytest.raises(TypeError, match="trusted must be several names"):
            to_skops(LogisticRegression(), trusted="sklearn.tree._tree.Tree")

    def test_refuses_a_function_that_could_be_written_and_not_read(self) -> None:
        model = FunctionTransformer(lambda x: x)

        with pytest.raises(AttributeError, match="lambda"):
            to_skops(model, trusted=[f"{__name__}.<lambda>"])


class TestPinned:
    @given(st.binary())
    def test_returns_the_bytes_that_were_reviewed(self, data: bytes) -> None:
        sha256 = hashlib.sha256(data).hexdigest()

        assert pinned(data, sha256) == data
        assert pinned(data, sha256.upper()) == data

    def test_knows_a_hash_that_was_computed_elsewhere(self) -> None:
        # FIPS 180-2, appendix B.1
        sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

        assert pinned(b"abc", sha256) == b"abc"

    @pytest.mark.parametrize("data", [b"abC", b"", b"abc\n"])
    def test_refuses_other_bytes(self, data: bytes) -> None:
        sha256 = hashlib.sha256(b"abc").hexdigest()

        with pytest.raises(ValueError, match=f"data must have the hash {sha256}, got"):
            pinned(data, sha256)

    @pytest.mark.parametrize("sha256", ["", "ba78", "ba7816bf  model.skops"])
    def test_refuses_a_part_of_the_hash(self, sha256: str) -> None:
        with pytest.raises(ValueError, match="data must have the hash"):
            pinned(b"abc", sha256)

    @pytest.mark.parametrize("data", ["abc", Path("abc"), bytearray(b"abc")])
    def test_refuses_anything_but_bytes(self, data: object) -> None:
        sha256 = hashlib.sha256(b"abc").hexdigest()

        with pytest.raises(TypeError, match="data must be bytes, got"):
            pinned(data, sha256)  # type: ignore[arg-type]


def test_the_example_of_imports_gives_what_it_shows() -> None:
    assert doctest.testmod(sys.modules[imports.__module__]).failed == 0

"""Every error carries its fields, says where · what · expected · remedy, and survives a process boundary."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab import errors
from smartfab.errors import (
    ColumnTypeError,
    MissingColumnError,
    PlantError,
    SignalNotFound,
    SmartfabError,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    TableError,
    TimeError,
)

CLASSES = [getattr(errors, name) for name in errors.__all__]
BUILTIN = {
    "TableError": ValueError,
    "PlantError": ValueError,
    "InsufficientDataError": ValueError,
    "SourceError": OSError,
    "SourceUnavailable": ConnectionError,
    "SourceRefused": PermissionError,
    "SignalNotFound": LookupError,
    "StoreError": OSError,
    "RegisterError": ValueError,
}
PARENTS = {
    "MissingColumnError": "TableError",
    "ColumnTypeError": "TableError",
    "TimeError": "TableError",
    "UnitError": "TableError",
    "AmbiguousValueError": "TableError",
    "GainNotProvableError": "InsufficientDataError",
    "ModelRejectedError": "SmartfabError",
    "SourceUnavailable": "SourceError",
    "SourceRefused": "SourceError",
    "SignalNotFound": "SourceError",
    "SchemaMismatchError": "StoreError",
    "WriteConflictError": "StoreError",
    "CorruptTableError": "StoreError",
    "TransitionRefused": "RegisterError",
    "StaleVersionError": "RegisterError",
}
WORDS = st.none() | st.text(max_size=12)


@st.composite
def one_error(draw: st.DrawFn) -> SmartfabError:
    fields = draw(st.fixed_dictionaries(dict.fromkeys(("where", "table", "column", "expected", "remedy"), WORDS)))
    return draw(st.sampled_from(CLASSES))(draw(st.text(max_size=12)), **fields)


def same(one: SmartfabError, other: SmartfabError) -> bool:
    fields = ("found", "where", "table", "column", "expected", "remedy")
    alone = one.faults == (one,)
    return (
        type(one) is type(other)
        and str(one) == str(other)
        and all(getattr(one, name) == getattr(other, name) for name in fields)
        and (other.faults == (other,) if alone else all(map(same, one.faults, other.faults)))
    )


def test_the_drawn_tree_is_the_tree():
    assert all(issubclass(getattr(errors, name), kind) for name, kind in BUILTIN.items())
    assert all(issubclass(getattr(errors, name), getattr(errors, parent)) for name, parent in PARENTS.items())
    drawn = errors.__doc__
    assert all(cls.__name__ in drawn for cls in CLASSES)
    assert {name for name in vars(errors) if isinstance(getattr(errors, name), type) and name != "Self"} - {"Sequence"} == {
        cls.__name__ for cls in CLASSES
    }


def test_a_message_says_where_what_expected_and_what_to_do():
    error = ColumnTypeError(
        "3 of 9 rows, first at row 2: 'x'", table="counts", column="good", expected="numbers", remedy="Convert it."
    )
    assert str(error) == "counts.good: 3 of 9 rows, first at row 2: 'x'; expected numbers. Convert it."
    assert str(PlantError("no shift 'Ca9'", where="plant.toml, line 7")) == "plant.toml, line 7: no shift 'Ca9'."
    assert str(TableError("empty")) == "empty."


def test_a_class_may_know_what_to_do():
    assert str(SourceUnavailable("timed out", where="opc.tcp://plc:4840")).endswith(
        "Check the address and the network, then try again."
    )
    assert str(SourceUnavailable("timed out", remedy="Wait.")) == "timed out. Wait."


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_error_survives_a_process_boundary(cls):
    error = cls("found", where="here", table="counts", column="good", expected="that", remedy="Do so.")
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert same(error, twin)
        assert twin.faults == (twin,)


@given(one_error(), st.lists(one_error(), min_size=1, max_size=4))
def test_any_error_is_equal_after_pickling(single, several):
    assert same(single, pickle.loads(pickle.dumps(single)))
    together = SmartfabError.of(several, where="file")
    assert same(together, pickle.loads(pickle.dumps(together)))


def test_one_fault_is_raised_as_itself_and_several_are_listed():
    missing = MissingColumnError("no such column", table="counts", column="machine_id")
    naive = TimeError("2 naive times", table="counts", column="ts")
    assert TableError.of([missing], where="table counts") is missing
    both = TableError.of([missing, naive], where="table counts")
    assert type(both) is TableError
    assert both.faults == (missing, naive)
    assert str(both).splitlines() == [
        "2 faults in table counts:",
        "  1. counts.machine_id: no such column.",
        "  2. counts.ts: 2 naive times.",
    ]
    assert type(TableError.of([missing, missing], where="x")) is MissingColumnError


def test_faults_of_another_family_are_told_in_the_family_asked_for():
    together = PlantError.of([TableError("a"), TableError("b")], where="products.xlsx")
    assert type(together) is PlantError
    assert len(together.faults) == 2


def test_source_errors_are_caught_as_their_builtin_kind():
    with pytest.raises(ConnectionError):
        raise SourceUnavailable("gone")
    with pytest.raises(PermissionError):
        raise SourceRefused("no")
    with pytest.raises(LookupError):
        raise SignalNotFound("x")
    assert issubclass(SourceError, OSError)
    assert SourceUnavailable("gone").errno is None

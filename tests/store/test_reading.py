"""Windows, signals, columns, order: what is read, and what is refused."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from smartfab import tables
from smartfab.errors import StoreError, TimeError

US = pd.Timedelta(1, "us")


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (None, None, [0, 1, 2, 3]),
        ("2026-03-02T06:00:01Z", None, [1, 2, 3]),
        (None, "2026-03-02T06:00:01Z", [0]),
        ("2026-03-02T06:00:01Z", "2026-03-02T06:00:03Z", [1, 2]),
        ("2026-03-02T13:00:01+07:00", "2026-03-02T13:00:03+07:00", [1, 2]),
        ("2026-03-02T06:00:01.000001Z", "2026-03-02T06:00:03.000001Z", [2, 3]),
        (dt.datetime(2026, 3, 2, 13, 0, 2, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")), None, [2, 3]),
        ("2026-03-03T00:00Z", None, []),
        (None, "2026-03-02T06:00Z", []),
    ],
)
def test_instants_are_half_open(store, samples, start, end, expected):
    store.append("samples", samples(4))
    assert store.read("samples", start, end)["value"].tolist() == expected
    assert sum(len(batch) for batch in store.scan("samples", start, end)) == len(expected)


def test_the_borders_of_a_utc_day(store):
    midnight = pd.Timestamp("2026-03-03T00:00Z")
    ts = pd.Series([midnight - US, midnight, midnight + pd.Timedelta("1D") - US, midnight + pd.Timedelta("1D")])
    store.append("samples", pd.DataFrame({"signal_id": "a/b", "ts": ts, "value": [0.0, 1.0, 2.0, 3.0]}))
    assert store.read("samples", midnight, midnight + pd.Timedelta("1D"))["value"].tolist() == [1, 2]
    assert store.read("samples", midnight - US, midnight)["value"].tolist() == [0]
    assert store.read("samples", midnight, midnight + US)["value"].tolist() == [1]


@pytest.mark.parametrize("night", ["2026-03-29", "2026-10-25"])
def test_a_local_day_of_23_or_25_hours(store, night):
    """Partitions are UTC days, so a local day with a change of the clock is whole, whatever its length."""
    start = pd.Timestamp(night, tz="Europe/Rome")
    end = start + pd.offsets.Day(1)
    ts = pd.date_range(start - pd.Timedelta("3h"), end + pd.Timedelta("3h"), freq="1h").as_unit("us").tz_convert("UTC")
    store.append("samples", pd.DataFrame({"signal_id": "a/b", "ts": ts}))
    assert len(store.read("samples", start, end)) == (end - start) / pd.Timedelta("1h")
    assert (end - start) / pd.Timedelta("1h") in {23, 25}


def _gaps(rows):
    frame = pd.DataFrame(rows, columns=["signal_id", "start", "end"])
    return frame.assign(
        **{name: pd.to_datetime(frame[name], utc=True, format="ISO8601").dt.as_unit("us") for name in ("start", "end")}
    )


@pytest.mark.parametrize("at_once", [1, 8], ids=["a file a row", "one file"])
def test_intervals_are_read_where_they_overlap(store, at_once):
    rows = [
        ("ends at the start", "2026-03-02T05:00Z", "2026-03-02T06:00Z"),
        ("crosses the start", "2026-03-02T05:00Z", "2026-03-02T06:00:00.000001Z"),
        ("inside", "2026-03-02T06:30Z", "2026-03-02T06:31Z"),
        ("crosses the end", "2026-03-02T06:59:59.999999Z", "2026-03-04T00:00Z"),
        ("begins at the end", "2026-03-02T07:00Z", "2026-03-02T08:00Z"),
        ("around", "2026-03-01T00:00Z", "2026-03-09T00:00Z"),
        ("an instant at the start", "2026-03-02T06:00Z", "2026-03-02T06:00Z"),
        ("an instant at the end", "2026-03-02T07:00Z", "2026-03-02T07:00Z"),
    ]
    for first in range(0, len(rows), at_once):
        store.append("coverage", _gaps(rows[first : first + at_once]))
    read = store.read("coverage", "2026-03-02T06:00Z", "2026-03-02T07:00Z")["signal_id"].tolist()
    assert read == ["an instant at the start", "around", "crosses the end", "crosses the start", "inside"]


def test_intervals_with_an_open_side(store, samples):
    order = pd.DataFrame(
        {
            "order_id": ["not ended", "only its end is known", "ended before", "nothing is known"],
            "machine_id": "Press01", "product_id": "P-100",
            "start": pd.to_datetime(["2026-03-02T06:00Z", None, None, None], utc=True),
            "end": pd.to_datetime([None, "2026-03-02T06:30Z", "2026-03-02T05:00Z", None], utc=True),
        }
    )  # fmt: skip
    parts = order.rename(columns={"order_id": "part_id"}).drop(columns="product_id").iloc[1:3]
    store.append("parts", parts)
    assert store.read("parts", "2026-03-02T06:00Z", "2026-03-02T07:00Z")["part_id"].tolist() == ["only its end is known"]
    assert store.read("parts", "2026-03-02T05:00Z", "2026-03-02T06:00Z")["part_id"].tolist() == ["ended before"]
    assert store.read("parts", "2026-03-02T04:00Z", "2026-03-02T05:00Z").empty
    alarms = order.rename(columns={"order_id": "source"})[["source", "start", "end"]].iloc[:1]
    store.append("alarms", alarms)
    assert len(store.read("alarms", "2027-01-01T00:00Z")) == 1
    assert store.read("alarms", None, "2026-03-02T06:00Z").empty


def test_validity_without_a_border_holds_always(store):
    frame = pd.DataFrame(
        {
            "product_id": ["always", "from March", "until March"],
            "valid_from": pd.to_datetime([None, "2026-03-01T00:00Z", None], utc=True),
            "valid_to": pd.to_datetime([None, None, "2026-03-01T00:00Z"], utc=True),
        }
    )
    store.append("products", frame)
    assert store.read("products", None, "2026-02-01T00:00Z")["product_id"].tolist() == ["always", "until March"]
    assert store.read("products", "2026-03-01T00:00Z", "2026-04-01T00:00Z")["product_id"].tolist() == ["always", "from March"]


def test_production_dates_and_times(store):
    days = pd.to_datetime(["2026-03-01", "2026-03-02", "2026-03-03", None])
    ts = pd.to_datetime([None, "2026-03-02T06:00Z", "2026-03-03T02:00Z", "2026-03-03T02:00Z"], utc=True)
    frame = pd.DataFrame({"machine_id": list("abcd"), "good": 1.0, "production_date": days, "ts": ts})
    store.append("counts", frame)

    def read(start, end):
        return store.read("counts", start, end)["machine_id"].tolist()

    assert read("2026-03-01", "2026-03-03") == ["a", "b"]
    assert read(dt.date(2026, 3, 2), None) == ["b", "c"]
    assert read("2026-03-02T00:00Z", "2026-03-04T00:00Z") == ["b", "c", "d"]
    assert read(None, None) == ["a", "b", "c", "d"]


def test_oee_is_asked_by_production_date(store):
    frame = pd.DataFrame({"production_date": pd.to_datetime(["2026-03-01", "2026-03-02"]), "oee": [0.5, 0.6]})
    store.append("oee", frame)
    assert store.read("oee", "2026-03-02", "2026-03-03")["oee"].tolist() == [0.6]
    with pytest.raises(TimeError, match="expected production dates"):
        store.read("oee", "2026-03-02T00:00Z")


@pytest.mark.parametrize(
    ("table", "start", "end"),
    [
        ("samples", "2026-03-02T06:00", None),
        ("samples", "2026-03-02", None),
        ("samples", None, dt.datetime(2026, 3, 2)),  # noqa: DTZ001 - the case
        ("samples", "2026-03-02T06:00Z", "2026-03-02T06:00Z"),
        ("samples", "2026-03-02T07:00Z", "2026-03-02T13:30+07:00"),
        ("samples", "yesterday", None),
        ("counts", "2026-03-02", "2026-03-03T00:00Z"),
        ("counts", "2026-03-02", "2026-02-30"),
        ("counts", "2026-03-02", "2026-03-02"),
        ("machines", "2026-03-02T06:00Z", None),
        ("states", "2026-03-02", None),
    ],
)
def test_a_wrong_window_is_refused_at_once(store, table, start, end):
    for ask in (store.read, store.scan):
        with pytest.raises(TimeError):
            ask(table, start, end)


def test_signals(store, samples):
    names = ["Press01/good", "Máy 2/nhiệt độ lò %", "a/b/c"]
    for name in names:
        store.append("samples", samples(2, signal=name))
    assert store.read("samples", signals=["a/b/c", names[1], "none"])["signal_id"].unique().tolist() == [names[1], "a/b/c"]
    assert store.read("samples", signals="a/b/c")["signal_id"].tolist() == ["a/b/c"] * 2
    assert store.read("samples", signals=[]).empty
    with pytest.raises(StoreError, match="has no signals"):
        store.read("states", signals=["a/b"])


def test_columns(store, samples):
    store.append("samples", samples(2, signal="b/1"))
    store.append("samples", samples(2, signal="a/1", value=5))
    read = store.read("samples", columns=["value", "signal_id"])
    assert read.columns.tolist() == ["value", "signal_id"]
    assert read["value"].tolist() == [5, 6, 0, 1]
    assert store.read("samples", columns=["value"])["value"].tolist() == [5, 6, 0, 1]
    assert next(iter(store.scan("samples", columns=["value"]))).schema.names == ["value"]
    for wrong in (["colour"], ["utc_day"], ["value", "value"]):
        with pytest.raises(StoreError, match="each once, out of signal_id, ts, value"):
            store.read("samples", columns=wrong)


def test_rows_come_in_the_order_of_their_keys(store):
    ts = pd.to_datetime(["2026-03-05T00:00Z", "2026-03-02T00:00Z", "2026-03-02T00:00Z"], utc=True)
    store.append("samples", pd.DataFrame({"signal_id": ["b", "b", "a"], "ts": ts, "value": [1.0, 2.0, 3.0]}))
    store.append("samples", pd.DataFrame({"signal_id": ["a"], "ts": ts[:1], "value": [4.0]}))
    read = store.read("samples")
    assert read["value"].tolist() == [3, 4, 2, 1]
    assert read.index.tolist() == [0, 1, 2, 3]


def test_the_working_day_of_a_state_is_kept_beside_it(store):
    ts = pd.date_range("2026-03-02T22:00Z", periods=3, freq="1h", unit="us")
    frame = pd.DataFrame({"machine_id": "Press01", "ts": ts, "state": "running"})
    store.append("states", frame.assign(production_date=pd.to_datetime(["2026-03-02", "2026-03-02", "2026-03-03"])))
    store.append("states", frame)
    read = store.read("states", "2026-03-02T22:00Z", "2026-03-02T23:00Z")
    assert read.columns.tolist() == tables.empty("states").columns.tolist()
    assert len(read) == 2
    folders = sorted(path.name for path in (store.path / "states").glob("production_date=*"))
    assert folders == [f"production_date={day}" for day in ("2026-03-02", "2026-03-03", "__HIVE_DEFAULT_PARTITION__")]


def test_a_read_frame_can_be_appended_again(store, samples):
    store.append("samples", samples())
    store.append("samples", store.read("samples"))
    assert len(store.read("samples")) == 6

"""However a table is written down, it is read as the same table, or refused; never as another."""

from __future__ import annotations

import datetime as dt
import tempfile
import unicodedata
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import smartfab as sf
from smartfab.errors import AmbiguousValueError
from smartfab.tables import conform
from tests.exports.plant_files import TZ, cp1258


def encode(text, encoding):
    return text.encode(encoding)


ROWS = st.lists(
    st.tuples(
        st.dates(dt.date(2020, 1, 1), dt.date(2029, 12, 31)), st.sampled_from(["Ca 1", "Ca 2", "Đêm"]),
        st.sampled_from(["M1", "Máy dập"]), st.integers(0, 10**7).map(lambda n: n / 1000), st.none() | st.integers(0, 5000),
    ),
    min_size=1, max_size=8, unique_by=lambda row: row[:3],
)  # fmt: skip
DIALECTS = st.fixed_dictionaries({
    "encode": st.sampled_from([cp1258, *(partial(encode, encoding=name) for name in ("utf-8", "utf-8-sig", "utf-16"))]),
    "separator": st.sampled_from([";", ",", "\t", "|"]),
    "decimal": st.sampled_from([",", "."]),
    "grouped": st.booleans(),
    "form": st.sampled_from(["NFC", "NFD"]),
    "day": st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d.%m.%Y"]),
    "above": st.sampled_from([[], ["BÁO CÁO SẢN LƯỢNG", ""], ["sep"]]),
    "below": st.sampled_from([[], ["total"], ["", "Người lập biểu"]]),
})  # fmt: skip


def figure(value, decimal, grouped):
    if value is None:
        return ""
    text = f"{value:,.3f}" if grouped else f"{value:.3f}"
    text = text.rstrip("0").rstrip(".")
    return text.translate(str.maketrans(",.", ".,")) if decimal == "," else text


def written(rows, how):
    """The table as one plant might have saved it."""
    sep = how["separator"]

    def line(*cells):
        return sep.join(f'"{cell}"' if sep in cell else cell for cell in cells)

    numbers = [(figure(good, how["decimal"], how["grouped"]), figure(ng, how["decimal"], False)) for *_, good, ng in rows]
    body = [
        line(day.strftime(how["day"]), shift, machine, *pair)
        for (day, shift, machine, *_), pair in zip(rows, numbers, strict=True)
    ]
    above = [f"sep={sep}" if text == "sep" else text for text in how["above"]]
    total = line("Tổng cộng", "", "", figure(sum(row[3] for row in rows), how["decimal"], how["grouped"]), "")
    below = [total if text == "total" else text for text in how["below"]]
    text = "\r\n".join([*above, line("Ngày", "Ca", "Máy", "Đạt", "NG"), *body, *below])
    form = "NFC" if how["encode"] is cp1258 else how["form"]
    return how["encode"](unicodedata.normalize(form, text + "\r\n"))


@given(ROWS, DIALECTS)
def test_a_table_in_any_dialect_is_itself(rows, how):
    expected = [[pd.Timestamp(day), shift, machine, good, ng] for day, shift, machine, good, ng in rows]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bảng.csv")
        path.write_bytes(written(rows, how))
        try:
            table = sf.read_export(path, table="counts", show=False)
        except AmbiguousValueError:
            table = sf.read_export(path, table="counts", show=False, decimal=how["decimal"])
    columns = ["production_date", "shift_id", "machine_id", "good", "scrap"]
    read = table[columns].astype(object).where(table[columns].notna(), None).to_numpy().tolist()
    assert read == expected


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co", "Zl", "Zp"], exclude_characters="\N{NO-BREAK SPACE}"),
    min_size=1,
    max_size=12,
).map(lambda text: unicodedata.normalize("NFC", text).strip().strip("\ufeff\u200b").strip())
IDS = (st.sampled_from(["=1+1", "+CMD|' /C calc'!A0", "-2", "@SUM(A1)", "'=x", "Máy ép", "0012", "a  b"]) | TEXT).filter(
    lambda text: text not in {"", "-", "–", "—"}
)
MOMENTS = st.datetimes(*map(dt.datetime.fromisoformat, ("2001-01-01", "2060-01-01"))).map(
    lambda at: at.replace(microsecond=at.microsecond // 1000 * 1000)
)
ACCOUNT = st.lists(
    st.tuples(
        IDS, MOMENTS, st.integers(1, 10**9), st.sampled_from(sf.vocabulary.CATEGORIES),
        st.sampled_from(sf.vocabulary.LOSSES), st.none() | IDS, st.none() | st.dates(dt.date(2001, 1, 1),
        dt.date(2060, 1, 1)), st.booleans(),
    ),
    min_size=1, max_size=6, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=settings.default.max_examples // 2, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(ACCOUNT, st.sampled_from(["vi", "en"]))
def test_a_workbook_comes_back_as_the_same_table(rows, lang):
    names = ["machine_id", "start", "end", "category", "loss", "reason_id", "production_date", "open"]
    table = pd.DataFrame(
        [(m, at, at + dt.timedelta(milliseconds=ms), category, loss, reason, day, is_open)
         for m, at, ms, category, loss, reason, day, is_open in rows],
        columns=names,
    )  # fmt: skip
    for name in ("start", "end"):
        table[name] = pd.to_datetime(table[name], utc=True).dt.as_unit("us")
    table.insert(3, "duration_s", (table["end"] - table["start"]).dt.total_seconds())
    table["production_date"] = pd.to_datetime(table["production_date"]).astype("datetime64[us]")
    table = conform(table, "account")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "sổ.xlsx")
        sf.to_excel({"account": table}, path, lang=lang, tz=TZ)
        back = sf.read_export(path, table="account", show=False)
    pd.testing.assert_frame_equal(back[list(table.columns)], table, rtol=1e-15, atol=0)  # a workbook holds 16 digits


@pytest.mark.parametrize("tz", ["Asia/Ho_Chi_Minh", "Europe/Rome"])
def test_times_pass_through_local_time(tmp_path, tz):
    ts = pd.date_range("2026-03-28T20:00Z", periods=48, freq="1h").as_unit("us")
    table = pd.DataFrame({"machine_id": "M", "ts": ts, "good": 1.0})
    sf.to_excel(table, tmp_path / "a.xlsx", tz=tz)
    assert sf.read_export(tmp_path / "a.xlsx", table="counts", show=False)["ts"].tolist() == list(ts)


@pytest.mark.parametrize("by", [["machine_id"], ["production_date", "shift_id", "machine_id"]])
def test_figures_come_back_by_whatever_they_were_grouped(tmp_path, by):
    data = sf.simulation.line(days=1, seed=3, machines=2).data
    kpis = sf.oee.evaluate(data, "2026-03-02", "2026-03-03", by=by)
    sf.to_excel({"oee": kpis}, tmp_path / "a.xlsx")
    back = sf.read_export(tmp_path / "a.xlsx", table="oee", show=False)
    pd.testing.assert_frame_equal(back, kpis, rtol=1e-15, atol=0, check_like=True)

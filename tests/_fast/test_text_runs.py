"""Text columns as runs, kernel and face, against a walk over a list."""

from itertools import groupby

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartfab._fast.text_runs import text_runs
from smartfab.data_texts import Runs, Texts, texts_of

# words that share heads, lengths about those the kernel looks at as a whole, bytes above 127, and nothing
WORDS = st.sampled_from(
    ["", "a", "b", "ab", "12345678", "12345679", "123456789", "1234567890123456", "1234567890123457", "12345678901234567",
     "12345678901234568", "Chạy", "Dừng", "\x00", "a\x00", "x" * 40, "x" * 39 + "y", None]
)  # fmt: skip
COLUMNS = st.lists(st.tuples(WORDS, st.sampled_from([1, 1, 2, 7, 9, 30, 200])), max_size=12).map(
    lambda runs: [word for word, times in runs for _ in range(times)]
)


def runs_of(words: list[str | None]) -> list[tuple[int, str | None]]:
    found, row = [], 0
    for word, same in groupby(words):
        found.append((row, word))
        row += len(list(same))
    return found


def told(texts: Texts) -> list[tuple[int, str | None]]:
    names = [*texts.names, None]
    return [(int(start), names[code]) for start, code in zip(texts.runs.start, texts.runs.code, strict=True)]


@given(COLUMNS)
def test_runs_are_those_of_a_walk_over_the_words(words):
    texts = texts_of(pd.Series(words, dtype="str"))
    assert told(texts) == runs_of(words)
    assert list(texts.names) == list(dict.fromkeys(word for word in words if word is not None))
    assert texts.sizes() == [words.count(name) for name in texts.names]
    pd.testing.assert_series_equal(texts.series(), pd.Series(words, dtype="str"))


@given(COLUMNS, st.data())
def test_pieces_of_a_column_and_columns_of_pieces_are_the_same(words, data):
    """Arrow cuts a column into chunks, and a chunk may begin within a buffer of bytes and bits."""
    cut = data.draw(st.integers(0, len(words)))
    skip = data.draw(st.integers(0, 9))
    whole = pa.array([*(["z"] * skip), *words], pa.large_string())
    chunks = pa.chunked_array([whole.slice(skip, cut), whole.slice(skip + cut)])
    series = pd.Series(pd.array(chunks, dtype="str"))
    assert told(texts_of(series)) == runs_of(words)


@pytest.mark.parametrize("dtype", ["category", pd.StringDtype("python", na_value=np.nan)], ids=str)
def test_other_kinds_of_text_give_the_same_runs(dtype):
    words = ["b", "b", None, "a", "b"]
    assert told(texts_of(pd.Series(words, dtype=dtype))) == runs_of(words)


@given(COLUMNS)
def test_places_are_the_rows_of_each_name(words):
    places = texts_of(pd.Series(words, dtype="str")).places()
    rows = {name: np.arange(len(words))[at].tolist() for name, at in places.items()}
    assert rows == {word: [n for n, other in enumerate(words) if other == word] for word in words if word is not None}


@given(st.lists(st.integers(-1, 3), max_size=30), st.data())
def test_runs_of_chosen_rows_are_the_runs_of_what_they_hold(codes, data):
    column = np.array(codes, np.int32)
    runs = Runs.of(column)
    assert runs.every().tolist() == codes
    first, last = sorted(data.draw(st.tuples(st.integers(0, len(codes)), st.integers(0, len(codes)))))
    rows = data.draw(st.lists(st.integers(0, len(codes) - 1), max_size=20)) if codes else []
    for which in (slice(first, last), np.array(rows, np.intp)):
        part, expected = runs.of_rows(which), Runs.of(column[which])
        assert (part.start.tolist(), part.code.tolist(), part.rows) == (
            expected.start.tolist(), expected.code.tolist(), expected.rows,
        )  # fmt: skip
    table = np.array([5, 5, 6, 7, -1], np.int32)
    assert runs.recoded(table).every().tolist() == table[column].tolist()
    again = runs.recoded(table).code
    assert (again[1:] != again[:-1]).all()


def test_many_texts_are_told_apart():
    words = [f"part-{n % 5000:05d}" for n in range(12_000)]
    texts = texts_of(pd.Series(words, dtype="str"))
    assert texts.names[texts.runs.code].tolist() == words


def test_a_column_without_letters():
    empty = np.zeros(3, np.int64), np.zeros(1, np.uint8)
    start, code, first = np.empty(2, np.int64), np.empty(2, np.int32), np.empty(2, np.int64)
    assert text_runs(*empty, None, 0, start, code, first) == (1, 1)
    assert text_runs(empty[0][:1], empty[1], None, 0, start, code, first) == (0, 0)

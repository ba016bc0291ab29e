"""What was collected, held against what the server told it did."""


def plain(frame):
    """signal_id, ts and the value as the server told it."""
    raw = [text if isinstance(text, str) else value for value, text in zip(frame["value"], frame["text"], strict=True)]
    return [*zip(frame["signal_id"], frame["ts"], raw, strict=True)]


def told(truth):
    return [*zip(truth["signal_id"], truth["ts"], truth["raw"], strict=True)]


def assert_exact(got, press, least):
    """All that was told between each signal's first sample and the last of all: a notification covers every signal."""
    truth = press.truth(got["ts"].max())
    assert set(got["signal_id"]) == set(truth["signal_id"])
    first = got.groupby("signal_id")["ts"].min()
    expected = truth[truth["ts"] >= truth["signal_id"].map(first)]
    assert len(expected) >= least
    assert not got.duplicated(["signal_id", "ts"]).any()
    assert sorted(plain(got)) == sorted(told(expected))
    assert (got["status"] == 0).all()

"""Where a store may stand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import smartfab as sf
from smartfab.errors import StoreError
from smartfab.store import Store


def test_the_folder_is_made_and_known_again(tmp_path):
    store = sf.open_store(tmp_path / "nhà máy" / "kho")
    assert isinstance(store, Store)
    assert store.path == tmp_path / "nhà máy" / "kho"
    assert store.path.is_dir()
    assert sf.open_store(str(store.path)).path == store.path


def test_an_empty_folder_becomes_a_store(tmp_path):
    assert sf.open_store(tmp_path).tables() == []


def test_a_relative_path_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = sf.open_store("kho")
    monkeypatch.chdir("/")
    store.append("machines", pd.DataFrame({"machine_id": ["Press01"]}))
    assert sf.open_store(tmp_path / "kho").tables() == ["machines"]


def test_two_processes_may_open_a_new_store_at_once(tmp_path, monkeypatch):
    """The other one marks the folder between this one's look and its own mark."""
    make = Path.mkdir

    def overtaken(path, **kwargs):
        monkeypatch.setattr(Path, "mkdir", make)
        sf.open_store(path)
        make(path, **kwargs)

    monkeypatch.setattr(Path, "mkdir", overtaken)
    assert sf.open_store(tmp_path / "kho").path == tmp_path / "kho"


def test_a_folder_that_holds_something_else_is_refused(tmp_path):
    (tmp_path / "luận văn.docx").write_text("x")
    with pytest.raises(StoreError, match=r"holds something else: luận văn.docx; .*folder of its own"):
        sf.open_store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["luận văn.docx"]


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "kho").write_text("x")
    with pytest.raises(StoreError, match="kho"):
        sf.open_store(tmp_path / "kho")


@pytest.mark.parametrize(
    "url", ["s3://plant/store", "az://plant", "gs://plant/store", "abfss://x@y/z", "hdfs://h/x", "https://h/x", "file:///kho"]
)
def test_urls_are_refused_with_what_to_do(url, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for path in (url, Path(url)):
        with pytest.raises(StoreError, match="mount the bucket and give its folder, or copy"):
            sf.open_store(path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a%20b", "[kho]", "a^b", "a|b", "a\\b", "a\tb"])
def test_names_delta_lake_cannot_open_are_refused(tmp_path, name):
    with pytest.raises(StoreError, match="Choose another folder"):
        sf.open_store(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["Dữ liệu", "Du\u031b\u0303 lie\u0323\u0302u", "a b#c?d&e=f", "100% 'kho'", "{a};~$@,+", "a:b"]
)
def test_names_that_round_trip(tmp_path, samples, name):
    store = sf.open_store(tmp_path / name)
    store.append("samples", samples(signal="Máy 1/nhiệt độ %41"), app_id="ép %2F/1", seq=1)
    again = sf.open_store(tmp_path / name)
    assert again.read("samples")["signal_id"].tolist() == ["Máy 1/nhiệt độ %41"] * 3
    assert again.append("samples", samples(), app_id="ép %2F/1", seq=1) is False
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_one_may_not_write_to(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="read and write"):
        sf.open_store(tmp_path / "kho")


def test_tables_are_told_in_the_order_of_the_vocabulary(store, samples):
    store.append("machines", pd.DataFrame({"machine_id": ["Press01"]}))
    store.append("samples", samples())
    assert store.tables() == ["samples", "machines"]
    assert repr(store) == f"Store({str(store.path)!r}: samples, machines)"


def test_delta_lake_is_loaded_when_it_is_needed():
    code = "import sys, smartfab, smartfab.store; assert 'deltalake' not in sys.modules"
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0

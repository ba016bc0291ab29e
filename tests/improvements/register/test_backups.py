"""A register is saved while it is used and brought back elsewhere; what is not whole is refused."""

from __future__ import annotations

import json
import sqlite3
import threading

import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import sha256
from smartfab.improvements.register import Register
from tests.improvements.register.conftest import fresh

SAID = {"title_vi": "Gá nhanh", "problem": "Thay khuôn lâu", "solution": "Gá côn", "authors": [("E0123", 100)], "by": "E0123"}
PHOTO = b"\xff\xd8\xff" + b"photo" * 100


@pytest.fixture
def full(address, tmp_path):
    with Register(address, files=tmp_path / "files") as register:
        made = register.submit(**SAID)
        register.attach(made.id, PHOTO, name="truoc.jpg", kind="before", by="E0123")
        yield register


def everything(register):
    return {imp.id: (imp, register.history(imp.id), register.attachments(imp.id)) for imp in register.search()}


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_a_copy_brought_back_is_the_register(full, target, tmp_path):
    made = full.backup(tmp_path / "copy")
    assert (made.audit.ok, made.head, made.files) == (True, full.audit.head(), 1)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with fresh(target, elsewhere) as address, Register(address, files=elsewhere / "files") as other:
        assert other.restore(tmp_path / "copy").head == made.head
        assert everything(other) == everything(full)
        assert other.content(other.attachments(next(iter(everything(other))))[0].sha256) == PHOTO
        assert other.audit.verify(head=made.head)
        with pytest.raises(RegisterError, match="not empty"):
            other.restore(tmp_path / "copy")


def test_others_go_on_writing_while_a_copy_is_made(full, tmp_path):
    stop = threading.Event()

    def write():
        while not stop.is_set():
            full.submit(**SAID)

    writers = [threading.Thread(target=write) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        copies = [full.backup(tmp_path / f"copy{n}") for n in range(3)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert all(copy.audit.ok for copy in copies)
    assert full.audit.verify(head=copies[-1].head)


def _flip(file):
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))


def _edit_with_manifest(copy):
    """Whoever can write the file can also write its hash; the chain still tells."""
    with sqlite3.connect(copy / "register.db") as connection:
        connection.execute("UPDATE improvements SET title_vi = 'Khác'")
    connection.close()
    manifest = json.loads((copy / "manifest.json").read_text())
    manifest["database_sha256"] = sha256((copy / "register.db").read_bytes())
    (copy / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda copy: _flip(copy / "register.db"), "was changed"),
        (lambda copy: (copy / "manifest.json").unlink(), "FileNotFoundError"),
        (lambda copy: (copy / "register.db").unlink(), "FileNotFoundError"),
        (lambda copy: _flip(next(file for file in (copy / "files").rglob("*") if file.is_file())), "files .*damaged"),
        (_edit_with_manifest, "improvements"),
    ],
    ids=["database", "no manifest", "no database", "attachment", "edited with its hash"],
)
def test_what_is_not_whole_is_refused_and_nothing_is_brought_back(harm, told, tmp_path):
    with Register(f"sqlite:///{tmp_path / 'plant.db'}") as register:
        made = register.submit(**SAID)
        register.attach(made.id, PHOTO, name="truoc.jpg", by="E0123")
        register.backup(tmp_path / "copy")
    harm(tmp_path / "copy")
    with Register(f"sqlite:///{tmp_path / 'new.db'}") as empty:
        with pytest.raises(RegisterError, match=told):
            empty.restore(tmp_path / "copy")
        assert empty.search() == []
        assert empty.audit.verify().rows == 0


def test_a_folder_that_is_there_is_not_written_over(full, tmp_path):
    (tmp_path / "copy").mkdir()
    with pytest.raises(RegisterError, match="there already"):
        full.backup(tmp_path / "copy")
    assert list((tmp_path / "copy").iterdir()) == []

"""Files: kept once under their hash, of a kind that cannot harm, whole or not at all."""

from __future__ import annotations

import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.register import Register
from tests.improvements.register.full import PNG
from tests.improvements.register.stand_in import IDEA


def test_a_file_is_kept_once_and_comes_back(register, tmp_path):
    one, two = register.submit(**IDEA), register.submit(**IDEA)
    path = tmp_path / "trước.png"
    path.write_bytes(PNG)
    first = register.attach(one.id, path, kind="before", by="E0123")
    second = register.attach(two.id, PNG, name=r"C:\ảnh\sau.PNG", kind="after", by="E0123")
    assert (first.name, first.media_type, second.name) == ("trước.png", "image/png", "sau.PNG")
    assert first.sha256 == second.sha256
    assert register.content(first.sha256) == PNG
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == [
        tmp_path / "files" / first.sha256[:2] / first.sha256
    ]
    assert register.attachments(one.id) == [first]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.exe", b"MZ", "type unknown"),
        ("a.html", b"<script>", "type unknown"),
        ("a.svg", b"<svg/>", "type unknown"),
        ("a.png", b"<script>", "does not begin like image/png"),
        ("a.pdf", b"", "0 bytes"),
        ("a.txt", b"x" * (25 * 1024 * 1024 + 1), "bytes"),
    ],
)
def test_what_may_harm_is_refused(register, name, content, said):
    imp = register.submit(**IDEA)
    with pytest.raises(RegisterError, match=said):
        register.attach(imp.id, content, name=name, by="E0123")
    assert register.attachments(imp.id) == []


def test_bytes_need_a_name_and_a_register_a_folder(register, address):
    imp = register.submit(**IDEA)
    with pytest.raises(RegisterError, match="name: nothing"):
        register.attach(imp.id, PNG, by="E0123")
    with pytest.raises(RegisterError, match="64 digits"):
        register.content("../../etc/passwd")
    with Register("sqlite://") as bare, pytest.raises(RegisterError, match="no folder for files"):
        bare.attach("CT-2026-0001", PNG, name="a.png", by="x")


def test_beside_a_sqlite_file_the_folder_needs_no_name(tmp_path):
    with Register(f"sqlite:///{tmp_path / 'plant.db'}") as register:
        imp = register.submit(**IDEA)
        made = register.attach(imp.id, PNG, name="a.png", by="E0123")
    assert (tmp_path / "plant.db.files" / made.sha256[:2] / made.sha256).read_bytes() == PNG

"""The council's papers: what they say, what they escape, and the same in Word."""

from __future__ import annotations

import docx
import pytest

from smartfab.errors import RegisterError
from smartfab.improvements.forms import FORMS
from smartfab.improvements.register import Register
from tests.improvements.register import full, stand_in
from tests.improvements.register.conftest import Clock

EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def register(tmp_path_factory):
    folder, clock, engine = tmp_path_factory.mktemp("papers"), Clock(), stand_in.Engine()
    with pytest.MonkeyPatch.context() as patch, Register(f"sqlite:///{folder / 'p.db'}", clock=clock) as opened:
        patch.setattr("smartfab.improvements.measuring.effect", engine.effect)
        full.fill(opened, clock)
        opened.submit(**{**stand_in.FIVE_S, "title_vi": EVIL})
        yield opened


IDS = {"recognised": "CT-2026-0001", "declared": "CT-2026-0002", "evil": "CT-2026-0003"}


@pytest.mark.parametrize("name", FORMS)
def test_every_paper_is_there_as_html_and_word(register, tmp_path, name):
    form = register.form(IDS["recognised"], name, organisation="Nhà máy Vĩnh Phúc", place="Vĩnh Phúc")
    assert form.title == FORMS[name]
    assert "<html" in form.html
    assert "http" not in form.html.replace("http-equiv", "")
    assert "Gá nhanh khuôn máy dập" in form.html
    assert form.save(tmp_path / "a.html").read_text(encoding="utf-8") == form.html
    document = docx.Document(form.save(tmp_path / "a.docx"))
    text = "\n".join([item.text for item in document.paragraphs]
                     + [cell.text for table in document.tables for row in table.rows for cell in row.cells])  # fmt: skip
    assert FORMS[name] in text
    assert "Gá nhanh khuôn máy dập" in text
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "white-space" not in text


def test_the_certificate_bears_number_decision_authors_and_the_head_of_the_chain(register):
    page = register.form(IDS["recognised"], "certificate").html
    for said in ("001/2026", "12/QĐ", "01/06/2026", "Người E0123", "(60 %)", "cơ sở", register.audit.head(), "mức bằng chứng"):
        assert said in page, said
    assert register.audit.verify(head=register.audit.head()).ok


def test_before_it_is_recognised_it_is_no_sang_kien(register):
    page = register.form(IDS["declared"], "application").html
    body = page.split("<h1>")[1].split("</h1>")[1]
    assert "Nội dung của giải pháp" in body
    assert "tự kê khai" in body
    assert "1.000.000" in body
    assert "Nội dung của sáng kiến" in register.form(IDS["recognised"], "application").html


def test_a_hostile_title_stays_text(register, tmp_path):
    form = register.form(IDS["evil"], "application", organisation="<b>x</b>")
    assert EVIL not in form.html
    assert "&lt;script&gt;" in form.html
    assert "&lt;b&gt;x" in form.html
    text = "\n".join(item.text for item in docx.Document(form.save(tmp_path / "a.docx")).paragraphs)
    assert EVIL in text


def test_the_list_of_payments_names_law_and_sums(register):
    page = register.form(IDS["recognised"], "rewards").html
    for said in (
        "Thù lao tác giả sáng kiến",
        "VN-2012-13 (1)",
        "94.348.800",
        "157.248.000",
        "không phải tư vấn pháp lý",
        "UNC-1",
    ):
        assert said in page, said


def test_the_minutes_say_who_voted_how(register):
    page = register.form(IDS["recognised"], "minutes").html
    assert "Đồng ý: 2; không đồng ý: 0" in page
    assert "Chưa bỏ phiếu" in page
    assert "Thống nhất công nhận" in page


@pytest.mark.parametrize(
    ("name", "said"), [("decision", "not recognised"), ("minutes", "no meeting"), ("rewards", "nothing is awarded")]
)
def test_what_has_not_happened_has_no_paper(register, name, said):
    with pytest.raises(RegisterError, match=said):
        register.form(IDS["declared"], name)
    with pytest.raises(RegisterError, match="no name"):
        register.form(IDS["declared"], "diploma")


def test_a_plant_may_have_its_own_template_that_reaches_nothing_else(register, tmp_path):
    own = tmp_path / "certificate.html.jinja"
    own.write_text(
        '{% extends "page.html.jinja" %}{% block body %}<p>Mẫu riêng {{ certificate_no }}</p>{% endblock %}', encoding="utf-8"
    )
    assert "Mẫu riêng 001/2026" in register.form(IDS["recognised"], "certificate", templates=tmp_path).html
    assert "Điều 1" in register.form(IDS["recognised"], "decision", templates=tmp_path).html
    for wrong in ("{{ ''.__class__.__mro__ }}", "{{ no_such_fact }}", "{% if %}"):
        own.write_text(wrong, encoding="utf-8")
        with pytest.raises(RegisterError, match=r"template certificate\.html\.jinja"):
            register.form(IDS["recognised"], "certificate", templates=tmp_path)


def test_a_file_of_another_kind_is_refused(register, tmp_path):
    with pytest.raises(RegisterError, match=r"\.html or \.docx"):
        register.form(IDS["recognised"], "certificate").save(tmp_path / "a.pdf")

"""`smartfab register`, `people`, `measure`: a day at the register, typed."""

from __future__ import annotations

import json

import openpyxl
import pytest

from smartfab.improvements import Register
from smartfab.improvements.register.paper_sheets import EXAMPLE, HEADERS

GROUPS = {
    "register": ["submit", "list", "show", "transition", "plan", "freeze", "intervened", "declare", "attach", "award",
                 "deadlines", "emulation", "template", "import", "export", "form", "verify"],
    "people": ["import"],
}  # fmt: skip


@pytest.fixture
def db(tmp_path):
    return tmp_path / "plant.db"


@pytest.fixture
def register(run, db):
    return lambda *words: run("register", *words, "--db", db)


@pytest.fixture
def submitted(register):
    ended = register("submit", "--title", "Gá nhanh", "--problem", "Lâu", "--solution", "Gá côn", "--author", "E1:60",
                     "--author", "E2:40", "--line", "L3", "--kpi", "oee", "--expected", "0.02")  # fmt: skip
    assert (ended.code, ended.errors) == (0, [])
    return ended.out.strip()


@pytest.mark.parametrize("words", [(group, word) for group, words in GROUPS.items() for word in words] + [("measure",)])
def test_each_command_shows_an_example(run, words):
    ended = run(*words, "--help")
    assert ended.code == 0
    assert ended.out.count(f"Example: smartfab {' '.join(words)}") == 1
    assert all(len(line) <= 80 for line in ended.out.splitlines())


def test_a_proposal_goes_its_way(register, submitted, db):
    assert register("transition", submitted, "accepted", "--by", "L1").out == f"{submitted} accepted (version 2)\n"
    ended = register("intervened", submitted, "--at", "2026-03-02", "--by", "E1")
    assert ended.out == f"{submitted} applied (version 3)\n"
    shown = register("show", submitted)
    assert "Gá nhanh" in shown.out
    assert "Đã áp dụng" in shown.out
    told = json.loads(register("show", submitted, "--json").out)
    assert [step["to_state"] for step in told["history"]] == ["submitted", "accepted", "applied"]
    assert register("declare", submitted, "--basis", "BB 12", "--benefit", "5000000", "--by", "E1").code == 0
    with Register(f"sqlite:///{db}") as opened:
        assert opened.declarations(submitted)[0]["benefit"] == 5_000_000


def test_it_is_found_without_diacritics(register, submitted, tmp_path):
    assert submitted in register("list", "ga nhanh").out
    assert json.loads(register("list", "xyz", "--json").out) == []
    register("list", "--xlsx", tmp_path / "a.xlsx")
    assert submitted in [cell.value for cell in openpyxl.load_workbook(tmp_path / "a.xlsx")["register"]["A"]]
    assert "Đã gửi" in register("list", "--state", "submitted").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("transition", "ID", "verified"), "from submitted to verified"),
        (("transition", "ID", "refused"), "no reason"),
        (("transition", "ID", "accepted", "--version", "7"), "StaleVersionError"),
        (("show", "CT-1"), "no improvement 'CT-1'"),
        (("intervened", "ID", "--at", "2099-01-01"), "lies in the future"),
        (("submit", "--title", "x", "--problem", "p", "--solution", "s", "--author", "E1", "--author", "E2"), "once an author"),
        (("submit", "--title", "x", "--problem", "p", "--solution", "s", "--author", "E1", "--kpi", "oee", "--expected", "2"),
         "Did you mean 0.02"),
        (("export", "so.pdf"), ".csv, .xlsx, .json"),
        (("verify", "--head", "12"), "a head as printed"),
    ],
)  # fmt: skip
def test_a_no_is_one_line_and_an_exit_code(register, submitted, words, said):
    ended = register(*(submitted if word == "ID" else word for word in words))
    assert ended.code == 2
    assert len(ended.errors) == 1
    assert said in ended.errors[0]


def test_a_register_that_is_not_there_is_not_made_by_looking(register, db):
    ended = register("list")
    assert ended.code == 2
    assert "no register here" in ended.errors[0]
    assert not db.exists()


def test_verify_tells_what_was_changed_behind_its_back(register, submitted, db):
    ended = register("verify")
    assert (ended.code, ended.errors) == (0, [])
    head = ended.out.split()[-1]
    assert register("verify", "--head", head).code == 0
    with Register(f"sqlite:///{db}") as opened, opened._ledger.database.writing() as connection:
        connection.exec_driver_sql("UPDATE authorships SET share = '90' WHERE person_id = 'E1'")
    ended = register("verify")
    assert ended.code == 5
    assert f"authorships {submitted}/E1: edited" in ended.errors[0]
    assert json.loads(register("verify", "--json").out)["ok"] is False


def test_paper_comes_in_and_reports_go_out(run, register, tmp_path):
    sheet = tmp_path / "so.xlsx"
    assert run("register", "template", sheet).code == 0
    tried = register("import", sheet, "--dry-run")
    assert "nothing was entered" in tried.out
    assert register("import", sheet, "--by", "C1").out.startswith("1 entered, 0 there already")
    assert register("import", sheet, "--by", "C1").out.startswith("0 entered, 1 there already")
    assert register("export", tmp_path / "out.xlsx").code == 0
    assert openpyxl.load_workbook(tmp_path / "out.xlsx")["Sổ cải tiến"].max_row == 2
    (paper,) = json.loads(register("list", "--json").out)
    ended = register("form", paper["id"], "application", "--out", tmp_path / "don.html")
    assert ended.code == 0
    ended = register("emulation", "--from", "2025-01-01", "--to", "2026-01-01", "--by-what", "person", "--json")
    assert [row["person"] for row in json.loads(ended.out)] == ["E0123", "E0456"]
    assert register("emulation", "--from", "2025-01-01", "--to", "2026-01-01", "--by-what", "month").code == 0
    assert json.loads(register("deadlines", "--json").out)
    assert register("deadlines").code == 0


def test_the_faults_of_a_sheet_are_told_by_row(register, tmp_path):
    book = openpyxl.Workbook()
    book.worksheets[0].append([names[0] for names in HEADERS.values()])
    for change in ({"authors": "E1: 10"}, {"paper_no": "P-2", "title_vi": ""}):
        book.worksheets[0].append([{**EXAMPLE, **change}[name] for name in HEADERS])
    book.save(tmp_path / "so.xlsx")
    ended = register("import", tmp_path / "so.xlsx")
    assert ended.code == 2
    assert ["row 2" in ended.errors[1] or "row 2" in ended.errors[0], len(ended.errors)] == [True, 2]


def test_people_come_in(run, db, tmp_path):
    path = tmp_path / "nhan_su.csv"
    path.write_text("Mã NV;Họ tên;Đơn vị\nE1;Nguyễn Văn An;X1\n", encoding="utf-8")
    assert run("people", "import", path, "--db", db, "--dry-run").out == "2 rows read, nothing was entered\n"
    assert run("people", "import", path, "--db", db).out == "2 rows new or changed\n"
    assert run("people", "import", path, "--db", db).out == "0 rows new or changed\n"


def test_the_leader_awards_from_the_companys_table(register, tmp_path):
    words = ("--title", "5S", "--problem", "p", "--solution", "s", "--author", "E1", "--track", "no_measurement")
    name = json.loads(register("submit", *words, "--json").out)["id"]
    register("transition", name, "accepted", "--by", "L1")
    register("transition", name, "applied", "--by", "E1")
    rules = tmp_path / "company.toml"
    rules.write_text('id = "C"\nkind = "company"\ntitle_vi = "x"\nvalid_from = 2025-01-01\nreviewer = "HR"\n'
                     "reviewed_on = 2025-01-01\n[company]\nper_idea = 50000\n", encoding="utf-8")  # fmt: skip
    ended = register("award", name, "--rules", rules, "--by", "L1")
    assert (ended.code, ended.errors) == (0, [])
    assert "50.000" in ended.out
    assert "không phải tư vấn pháp lý" in ended.out


def test_nothing_due_is_said(run, register, submitted, db, filled):
    plant, store = filled / "plant.toml", filled / "store"
    ended = run("measure", "--due", "--db", db, "--plant", plant, "--store", store)
    assert (ended.code, ended.out) == (0, "nothing is due\n")
    ended = run("measure", "--db", db, "--plant", plant, "--store", store)
    assert "--due, or ids" in ended.errors[0]
    ended = run("measure", submitted, "--db", db, "--plant", plant, "--store", store)
    assert ended.code == 3
    assert "no change yet" in ended.errors[0]

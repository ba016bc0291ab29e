"""What the papers say of an improvement: gathered once, in words, with dates and amounts as Vietnam writes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from smartfab.improvements.register.people_records import Person
from smartfab.improvements.register.records import Decision, Improvement, Meeting
from smartfab.improvements.register.results import StoredMeasurement
from smartfab.improvements.register.texts import dong
from smartfab.vocabulary import label

_VOTES = {"for": "Đồng ý", "against": "Không đồng ý", "abstain": "Không ý kiến", "conflict": "Không bỏ phiếu (có liên quan)"}


def vietnamese_date(text: str | None) -> str:
    """Return a stored date as 02/03/2026; dots to fill in where there is none."""
    return dt.date.fromisoformat(text[:10]).strftime("%d/%m/%Y") if text else "…/…/……"


def general_facts(
    item: Improvement, people: Mapping[str, Person], *, organisation: str, place: str, head: str, today: str
) -> dict[str, Any]:
    """Return what every paper says: the improvement, its authors, the plant, the day, and the head of the chain."""
    authors = [_author(n, person, share, people.get(person)) for n, (person, share) in enumerate(item.authors, 1)]
    return {
        "organisation": organisation, "place": place, "head": head, "today": vietnamese_date(today), "noun": item.noun,
        "id": item.id, "name": item.title_vi, "problem": item.problem, "solution": item.solution,
        "state": label(item.state, "vi"), "line": item.line_id or "", "applied_on": vietnamese_date(item.applied_on),
        "authors": authors,
    }  # fmt: skip


def _author(n: int, person_id: str, share: str, known: Person | None) -> dict[str, str]:
    return {
        "n": str(n), "id": person_id, "share": share.replace(".", ","), "name": person_id if known is None else known.name,
        "unit": "" if known is None else known.unit_id or "", "job": "" if known is None else known.job_title or "",
        "qualification": "" if known is None else known.qualification or "",
        "born": "" if known is None or known.birth_date is None else vietnamese_date(known.birth_date),
    }  # fmt: skip


def gain_facts(
    measured: StoredMeasurement | None, declared: Sequence[Mapping[str, Any]], benefits: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return what is known of the gain, and how well: measured, declared, or not at all."""
    if measured is not None:
        sentence = measured.result.get("sentence")
        said = sentence.get("vi") if isinstance(sentence, Mapping) else label(measured.status, "vi")
        proof = f"{label(measured.status, 'vi')}; mức bằng chứng {measured.grade}"
    elif declared:
        said, proof = str(declared[-1]["basis"]), "Số liệu do tác giả tự kê khai, chưa được đo; mức bằng chứng D"
    else:
        said, proof = "Chưa có số liệu", ""
    money = [f"Năm {row['year']}: {dong(int(row['amount']))}" for row in benefits]
    if not money and declared and declared[-1]["benefit"] is not None:
        money = [f"Tự kê khai: {dong(int(declared[-1]['benefit']))}"]
    return {"gain": said, "proof": proof, "money": money}


def decision_facts(decision: Decision) -> dict[str, Any]:
    """Return what a decision says."""
    return {
        "decision_no": decision.decision_no, "decision_date": vietnamese_date(decision.decision_date),
        "signer": decision.signer, "level": decision.level or "", "certificate_no": decision.certificate_no,
        "pack": decision.pack,
    }  # fmt: skip


def meeting_facts(meeting: Meeting, votes: Sequence[Mapping[str, Any]], people: Mapping[str, Person]) -> dict[str, Any]:
    """Return what a meeting said, and how each member voted."""
    said = {row["person_id"]: str(row["vote"]) for row in votes if row["meeting_id"] == meeting.id}
    members = [
        {
            "n": str(n),
            "name": people[member].name if member in people else member,
            "vote": _VOTES.get(said.get(member, ""), "Chưa bỏ phiếu"),
        }
        for n, member in enumerate(meeting.members, 1)
    ]
    count = {name: list(said.values()).count(name) for name in _VOTES}
    return {"meeting_date": vietnamese_date(meeting.date), "members": members, "minutes": meeting.minutes, "count": count}


def reward_facts(rows: Sequence[Mapping[str, Any]], people: Mapping[str, Person], notice: str) -> dict[str, Any]:
    """Return what is paid to whom; remuneration by law and the company's bonus each by its own name."""
    kinds = {"decree": label("reward_decree", "vi"), "company": label("reward_company", "vi")}
    shown = [
        {
            "n": str(n), "name": people[row["person_id"]].name if row["person_id"] in people else row["person_id"] or "",
            "share": (row["share"] or "").replace(".", ","), "year": str(row["year"]), "kind": kinds[row["kind"]],
            "gross": dong(row["gross"]), "tax": dong(row["tax"]), "net": dong(row["net"]), "due": vietnamese_date(row["due"]),
            "paid_on": vietnamese_date(row["paid_on"]) if row["paid_on"] else "", "document": row["document"] or "",
        }
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    total = {name: dong(sum(int(row[name]) for row in rows)) for name in ("gross", "tax", "net")}
    return {"rewards": shown, "total": total, "packs": sorted({str(row["pack"]) for row in rows}), "notice": notice}

"""A register with a row in every table."""

from __future__ import annotations

import datetime as dt

from smartfab.improvements.register import Person, Unit
from tests.improvements.register.stand_in import accepted, measured

PNG = b"\x89PNG\r\n\x1a\n" + b"picture"
BENEFIT = 2_246_400_000


def recognised(register, clock, **more):
    imp = measured(register, clock, **more)
    register.transition(imp.id, "verified", by="V001")
    day = clock().date()
    met = register.meeting(day, ["C1", "C2", "C3"], "Thống nhất công nhận")
    for member in ("C1", "C2"):
        register.vote(imp.id, met.id, member=member, vote="for")
    register.decide(imp.id, decision_no="12/QĐ", decision_date=day, signer="D001", by="C1", meeting_id=met.id, level="cơ sở")
    return register.get(imp.id)


def fill(register, clock):
    register.people.put(
        units=[Unit("U1", "Xưởng dập", headcount=40), Unit("U2", "Phòng chất lượng")],
        people=[Person(name, f"Người {name}", "U1" if name[0] == "E" else "U2")
                for name in ("E0123", "E0456", "V001", "C1", "C2", "C3")],
        by="admin",
    )  # fmt: skip
    register.people.grant("V001", "verifier", by="admin", unit_id="U1")
    register.people.substitute("V001", "C1", valid_from="2026-03-01", valid_to="2026-04-01", reason="Nghỉ phép", by="admin")
    imp = recognised(register, clock, scope={"machine_id": ["M1"]}, idempotency_key="k")
    register.comment(imp.id, "Tốt", by="L001")
    register.review(imp.id, kind="technical", text="Khả thi", by="V001")
    register.attach(imp.id, PNG, name="sau.png", kind="after", by="E0123")
    register.benefit(imp.id, {"basis": "định mức"}, year=1, amount=BENEFIT, by="F001")
    register.sign(1, by="F001")
    register.award(imp.id, by="D001")
    register.pay(1, paid_on=clock().date() - dt.timedelta(days=1), document="UNC-1", by="F001")
    other = accepted(register)
    register.declare(other.id, basis="Ước tính", documents=["BB-1"], benefit=1_000_000, by="E0123")
    return imp

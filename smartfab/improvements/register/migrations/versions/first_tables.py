"""The first tables. Written once: a later change of the tables is a revision of its own."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

# table: column type [key | null] [index] [unique], …; a line that begins with blanks goes on
_TABLES = """
attachments: attachment_id bigint key, improvement_id text index, at text, by text, kind text, name text, media_type text,
    sha256 text, size bigint
audit: seq bigint key, at text, by text, action text, subject text index, changes text, previous text, hash text,
    entered_by text null
authorships: improvement_id text key, person_id text key index, position integer, share text
benefits: benefit_id bigint key, improvement_id text index, at text, by text, content text, year bigint,
    measurement_id bigint null, declaration_id bigint null, amount bigint null, low bigint null, high bigint null,
    signed_by text null, signed_at text null
comments: comment_id bigint key, improvement_id text index, at text, by text, text text
contents: sha256 text key, size bigint, data bytes
decisions: improvement_id text key, decision_no text, decision_date text, signer text, pack text, at text, by text,
    level text null, meeting_id bigint null, certificate_year integer, certificate_number integer
declarations: declaration_id bigint key, improvement_id text index, at text, by text, basis text, documents text,
    benefit bigint null, entered_by text null
improvements: improvement_id text key, version integer, state text index, track text, lane text, title_vi text, problem text,
    solution text, registered_at text, proposed_on text, by text, folded text, title_en text null, line_id text null index,
    unit_id text null, kpi text null, drive text null, parent_id text null index, applied_on text null, entered_by text null,
    paper_no text null unique, expected_low float null, expected float null, expected_high float null
interventions: intervention_id bigint key, improvement_id text index, happened_at text, kind text, at text, by text,
    entered_by text null, note text null
measurements: measurement_id bigint key, improvement_id text index, at text, by text, status text, grade text,
    arguments text, remarks text, result text, rows_sha256 text, plan_id bigint null, supersedes bigint null,
    estimate float null, low float null, high float null
meetings: meeting_id bigint key, date text, members text, minutes text, at text, by text
people: person_id text key, name text, folded text, unit_id text null index, job_title text null, qualification text null,
    birth_date text null, valid_from text null, valid_to text null
plans: plan_id bigint key, improvement_id text index, at text, by text, digest text, status text, plan text, mde float null,
    override text null, hindsight text null
requests: idempotency_key text key, request text, subject text, at text
reviews: review_id bigint key, improvement_id text index, at text, by text, kind text, scores text, text text
rewards: reward_id bigint key, improvement_id text index, kind text, stage text, pack text, at text, by text,
    person_id text null, share text null, due text null, paid_on text null, document text null, year integer,
    benefit_id bigint null, gross bigint, tax bigint, net bigint
roles: role_id bigint key, person_id text index, role text, unit_id text null, line_id text null, valid_from text null,
    valid_to text null
scopes: improvement_id text key, kind text key, value text key
steps: step_id bigint key, improvement_id text index, to_state text, at text, by text, from_state text null,
    entered_by text null, reason text null
substitutions: substitution_id bigint key, person_id text, deputy_id text index, valid_from text, valid_to text, reason text,
    role text null
units: unit_id text key, name_vi text null, name_en text null, parent_id text null, headcount integer null,
    valid_from text null, valid_to text null
votes: meeting_id bigint key, improvement_id text key, person_id text key, vote text, at text, by text, reason text null
"""
_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.Text, "bigint": sa.BigInteger, "integer": sa.Integer, "float": sa.Float, "bytes": sa.LargeBinary,
}  # fmt: skip


def upgrade() -> None:
    """Make every table."""
    for line in _TABLES.strip().replace("\n    ", " ").splitlines():
        name, _, columns = line.partition(": ")
        described = [column.split() for column in columns.split(", ")]
        op.create_table(name, *(_column(*words) for words in described), *_constraints(name, described))
        for column, _, *marks in described:
            if "index" in marks:
                op.create_index(f"ix_{name}_{column}", name, [column])


def _column(name: str, kind: str, *marks: str) -> sa.Column[object]:
    return sa.Column(name, _TYPES[kind](), nullable="null" in marks, autoincrement=False)


def _constraints(name: str, described: list[list[str]]) -> list[sa.Constraint]:
    keys = [column for column, _, *marks in described if "key" in marks]
    found: list[sa.Constraint] = [sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}")]
    found += [sa.UniqueConstraint(column, name=f"uq_{name}_{column}") for column, _, *marks in described if "unique" in marks]
    if name == "decisions":
        found.append(sa.UniqueConstraint("certificate_year", "certificate_number", name="uq_decisions_certificate_year"))
    return found

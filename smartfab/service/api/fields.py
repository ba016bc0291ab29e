"""What a field of a request may hold; what the register would refuse anyway is refused with its place."""

from __future__ import annotations

import datetime as dt
import unicodedata
from typing import Annotated

from fastapi import Header, Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from smartfab.improvements.register.texts import LONG, NAME, TITLE

BIGGEST = 2**53


def _plain(text: str) -> str:
    strange = next((letter for letter in text if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\r\t"), None)
    if strange is not None:
        raise ValueError(f"character U+{ord(strange):04X} is not taken")
    return text


def _date(text: str) -> str:
    dt.date.fromisoformat(text)
    return text


def _instant(text: str) -> str:
    if dt.datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("its offset is missing, such as +07:00 or Z")
    return text


def _date_or_instant(text: str) -> str:
    return _date(text) if len(text) == len("2026-03-02") else _instant(text)


_DATE = "(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_TIME = r"T([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
Plain = AfterValidator(_plain)
Title = Annotated[str, Field(min_length=1, max_length=TITLE), Plain]
Long = Annotated[str, Field(min_length=1, max_length=LONG), Plain]
Name = Annotated[str, Field(min_length=1, max_length=NAME), Plain]
Day = Annotated[
    str, Field(pattern=f"^{_DATE}$", examples=["2026-03-02"], json_schema_extra={"format": "date"}), AfterValidator(_date)
]
DayAsked = Annotated[
    str, Query(pattern=f"^{_DATE}$", examples=["2026-03-02"], json_schema_extra={"format": "date"}), AfterValidator(_date)
]
Instant = Annotated[
    str, Field(pattern=f"^{_DATE}{_TIME}$", examples=["2026-03-02T08:00:00+07:00"], json_schema_extra={"format": "date-time"}),
    AfterValidator(_instant),
]  # fmt: skip
Moment = Annotated[
    str,
    Field(pattern=f"^{_DATE}({_TIME})?$", examples=["2026-03-02"], description="A production date, or a time with its offset."),
    AfterValidator(_date_or_instant),
]
Number = Annotated[int, Field(ge=0, le=BIGGEST)]
Amount = Annotated[int, Field(gt=-(10**16), lt=10**16, examples=[187_200_000])]
Share = Annotated[float, Field(gt=0, le=100, examples=[60])]

Id = Annotated[str, Path(min_length=1, max_length=40, examples=["CT-2026-0001"]), Plain]
PersonId = Annotated[str, Path(min_length=1, max_length=NAME, examples=["E0123"]), Plain]
RowId = Annotated[int, Path(ge=0, le=BIGGEST)]
Limit = Annotated[int, Query(ge=1, le=200, description="At most so many.")]
Offset = Annotated[int, Query(ge=0, le=10**9, description="After so many.")]
Searched = Annotated[str | None, Query(max_length=200, description="Words, with or without diacritics."), Plain]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=200, description='ETag of the version that was read, such as "3".')
]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key", min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$",
        description="The same key and request again change nothing more.",
    ),
]  # fmt: skip


class Model(BaseModel):
    """A body: names that are not known are refused, and so is "1" for 1."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, strict=True)

"""The chain of audit rows: what is hashed, and how one row rests on the one before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import canonical_json, sha256

GENESIS = "0" * 64
"""What the first row rests on."""

_HASHED = ("seq", "at", "by", "entered_by", "action", "subject", "changes", "previous")


class Head(NamedTuple):
    """The last row of the chain: its number and hash. As text ``12:ab34…``, to be published."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


def row_hash(row: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of an audit row without its own hash."""
    return sha256(canonical_json({name: row[name] for name in _HASHED}))


def stored(value: object) -> object:
    """Return a cell as the chain records it: bytes by their SHA-256, truth as 0 or 1, everything else as it is."""
    if isinstance(value, (bytes, memoryview)):
        return f"sha256:{sha256(bytes(value))}"
    return int(value) if isinstance(value, bool) else value


def read_head(text: str) -> Head:
    """Return the head that was published as text; a bare hash has number 0, which is unknown."""
    number, colon, digest = text.strip().rpartition(":")
    if len(digest) != 64 or set(digest) - set("0123456789abcdef") or (colon and not number.isdecimal()):
        raise RegisterError(
            f"{text!r}", where="head", expected="a head as printed on a certificate, such as 12:ab34… (64 digits)",
            remedy="Copy it in full.",
        )  # fmt: skip
    return Head(int(number or 0), digest)

"""What people ask of the service in a working hour: mostly reading, a third writing, each request as bytes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

SHARES = {
    "search": 20, "read": 30, "comments": 8, "history": 7, "me": 5, "propose": 10, "comment": 15, "edit": 5,
}  # fmt: skip
"""Kind of request: its share [%]."""
WORDS = ("gá", "khuôn", "băng tải", "cảm biến", "chày", "dầu", "phôi", "kẹp", "máy dập", "5S")


@dataclass(frozen=True)
class Asked:
    """One request: of which kind, and its bytes."""

    kind: str
    data: bytes


def requests(seed: int, tokens: Sequence[str], ids: Sequence[str]) -> Iterator[Asked]:
    """Yield requests without end, the same ones for the same seed."""
    chance = random.Random(seed)  # noqa: S311  traffic, not a secret
    kinds, weights = list(SHARES), list(SHARES.values())
    number = 0
    while True:
        number += 1
        kind = chance.choices(kinds, weights)[0]
        token, one, word = chance.choice(tokens), chance.choice(ids), chance.choice(WORDS)
        key = f"{seed}-{number}"
        yield Asked(kind, _bytes(kind, token, one, word, key))


def _bytes(kind: str, token: str, one: str, word: str, key: str) -> bytes:
    here = f"/v1/improvements/{one}"
    read = {"search": f"/v1/improvements?limit=20&q={quote(word)}", "read": here, "comments": f"{here}/comments",
            "history": f"{here}/history", "me": "/v1/me"}  # fmt: skip
    match kind:
        case _ if kind in read:
            return _request("GET", read[kind], token)
        case "propose":
            idea = {"title_vi": f"Cải tiến {word} {key}", "problem": f"Dừng máy vì {word}", "solution": f"Thay {word}",
                    "line_id": "L3", "kpi": "oee", "expected": 0.02}  # fmt: skip
            return _request("POST", "/v1/improvements", token, idea, f"Idempotency-Key: {key}")
        case "comment":
            return _request("POST", f"{here}/comments", token, {"text": f"Đã xem {word} {key}"}, f"Idempotency-Key: {key}")
        case _:
            return _request("PATCH", here, token, {"solution": f"Thay {word} {key}"}, "If-Match: *")


def _request(method: str, path: str, token: str, body: object = None, *headers: str) -> bytes:
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}", *headers]
    if data:
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
    return "\r\n".join([*lines, "", ""]).encode() + data

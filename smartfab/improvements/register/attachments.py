"""The folder of attachments: a file is kept under the SHA-256 of its content, once, and never changed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from smartfab.errors import RegisterError
from smartfab.improvements.canonical import sha256

MOST = 25 * 1024 * 1024
"""Most bytes of one attachment [1]."""

MEDIA_TYPES: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("\xff\xd8\xff",),
    "image/png": ("\x89PNG\r\n\x1a\n",),
    "image/webp": ("RIFF",),
    "application/pdf": ("%PDF-",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("PK\x03\x04",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("PK\x03\x04",),
    "text/plain": (),
    "text/csv": (),
}
"""What may be attached, and how such a file begins. Nothing a browser would run."""

SUFFIXES = {
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp", ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".txt": "text/plain", ".csv": "text/csv",
}  # fmt: skip


class Files:
    """A folder of files, each under its own hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Keep a file's content and return its SHA-256; the folder holds it whole or not at all."""
        digest = sha256(data)
        place = self._place(digest)
        if place.exists() and sha256(place.read_bytes()) == digest:
            return digest
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, half = tempfile.mkstemp(dir=place.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(half).replace(place)
        finally:
            Path(half).unlink(missing_ok=True)
        return digest

    def get(self, digest: str) -> bytes:
        """Return the content with this SHA-256."""
        place = self._place(digest)
        data = place.read_bytes() if place.is_file() else b""
        if sha256(data) != digest:
            raise RegisterError(
                "missing or damaged", where=f"attachment {digest[:12]}…", expected="the file as it was attached",
                remedy=f"Restore {place} from a copy.",
            )  # fmt: skip
        return data

    def damage(self, digests: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield the files that are missing or damaged."""
        for digest in sorted(digests):
            place = self._place(digest)
            if not place.is_file():
                yield digest, "missing"
            elif sha256(place.read_bytes()) != digest:
                yield digest, "damaged"

    def _place(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise RegisterError(f"{digest!r}", where="attachment", expected="a SHA-256 of 64 digits")
        return self.folder / digest[:2] / digest


def media_type(name: str, data: bytes, given: str | None = None) -> str:
    """Return the type of a file, refused where it is none that may be attached, too large, or not what its name says."""
    kind = given or SUFFIXES.get(Path(name).suffix.lower())
    if kind not in MEDIA_TYPES:
        raise RegisterError(
            f"{name}: type {kind or 'unknown'}", where="attachment",
            expected="a photo (JPEG, PNG, WebP), PDF, DOCX, XLSX, TXT or CSV", remedy="Save it as one of these.",
        )  # fmt: skip
    if not 0 < len(data) <= MOST:
        raise RegisterError(
            f"{name}: {len(data)} bytes", where="attachment", expected=f"1 to {MOST} bytes", remedy="Make it smaller."
        )
    begins = tuple(mark.encode("latin-1") for mark in MEDIA_TYPES[kind])
    if begins and not data.startswith(begins):
        raise RegisterError(
            f"{name} does not begin like {kind}", where="attachment", expected="a file that is what its name says",
            remedy="Open it and save it anew.",
        )  # fmt: skip
    return kind

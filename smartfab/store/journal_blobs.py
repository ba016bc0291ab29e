"""A batch of rows as bytes: one Arrow IPC stream, compressed by zstd, with a checksum that is looked at before use."""

from __future__ import annotations

import zlib

import pyarrow as pa

_LEVEL = 1


class BadBlobError(ValueError):
    """Bytes that are not what was written."""


def packed(rows: pa.Table) -> tuple[bytes, int]:
    """Return rows as bytes, and their checksum.

    Parameters
    ----------
    rows : pyarrow.Table
        Of any schema.

    Returns
    -------
    tuple of bytes and int
        What `unpacked` takes.
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    plain = sink.getvalue()
    blob = plain.size.to_bytes(8, "little") + pa.Codec("zstd", _LEVEL).compress(plain, asbytes=True)
    return blob, zlib.crc32(blob)


def unpacked(blob: bytes, checksum: int) -> pa.Table:
    """Return the rows that were packed.

    Parameters
    ----------
    blob : bytes
        As `packed` returned it.
    checksum : int
        Likewise.

    Returns
    -------
    pyarrow.Table
        The rows.

    Raises
    ------
    BadBlobError
        If a bit is not what it was.
    """
    found = zlib.crc32(blob)
    if found != checksum:
        raise BadBlobError(f"checksum {found:08x} over {len(blob)} bytes, in place of {checksum:08x}")
    try:
        plain = pa.decompress(blob[8:], decompressed_size=int.from_bytes(blob[:8], "little"), codec="zstd")
        return pa.ipc.open_stream(plain).read_all()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadBlobError(str(error).splitlines()[0]) from error

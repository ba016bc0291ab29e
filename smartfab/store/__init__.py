"""Every table in a folder, as Delta Lake: appended exactly once, read by time, old versions stay readable.

::

    frame → conversion (lossless, exact schema) → data_files (Parquet) → appending (one commit with its number)
    journal ← spool (durable on append) → draining → appending, once
    verify, heal ← verification (commits, files, batches), healing (from the journals)
    read, scan ← reading ← selection, filters (the files that can hold the rows) ← delta_log (looked at first)
"""

from __future__ import annotations

from smartfab.store.delta_store import Store, open_store

__all__ = ["Store", "open_store"]

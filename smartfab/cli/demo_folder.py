"""The folder of a demo: made, or emptied of an earlier demo, and of nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

from smartfab.errors import SmartfabError

STORE, PLANT, REPORT, SUMMARY, REGISTER = "store", "plant.toml", "report.html", "summary.json", "register.db"
IMPROVEMENT, TIMELINE, GAIN = "improvement.html", "timeline.png", "gain.png"
MARK = ".smartfab-demo"
"""The file that says that a demo wrote the folder."""

_OURS = {STORE, PLANT, REPORT, SUMMARY, IMPROVEMENT, TIMELINE, GAIN, MARK, REGISTER, f"{REGISTER}-wal", f"{REGISTER}-shm"}


def prepared(folder: Path) -> Path:
    """Return the folder, empty but for its mark.

    Parameters
    ----------
    folder : Path
        Does not exist, is empty, or holds an earlier demo.

    Returns
    -------
    Path
        The same.

    Raises
    ------
    SmartfabError
        If it holds anything a demo did not write.
    """
    held = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    foreign = sorted(held - _OURS) or (sorted(held) if held and MARK not in held else [])
    if foreign or (folder.exists() and not folder.is_dir()):
        raise SmartfabError(
            f"holds what no demo wrote: {', '.join(foreign[:3])}{' …' if len(foreign) > 3 else ''}" if foreign else "is a file",
            where=f"--out {folder}",
            expected="a new folder, an empty one, or that of an earlier demo",
            remedy="Choose another folder.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("Written by smartfab demo; the next demo may replace this folder's files.\n", encoding="utf-8")
    for name in sorted(held - {MARK}):
        path = folder / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    return folder

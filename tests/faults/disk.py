"""A disk that forgets: which bytes and which names were pushed to it, and what a power cut leaves of the others."""

from __future__ import annotations

from pathlib import Path

from smartfab.store import data_files, durability, folder, healing, table_handle

_HOLDERS = (data_files, durability, folder, healing, table_handle)


class ForgetfulDisk:
    """Stands in for the real pushes: remembers what was pushed, and is much faster.

    Parameters
    ----------
    root : Path
        Everything below it is forgetful, but for the journals: SQLite's pushes are its own.
    """

    def __init__(self, root):
        self.root = root
        self._bytes: set[int] = set()
        self._names: set[tuple[str, str]] = set()

    def install(self, monkeypatch, point):
        """Take the place of the pushes; `point` is called before and after each."""

        def push(file):
            point("push")
            file.flush()
            self._bytes.add(_inode(file.name))
            point("pushed")

        def make_durable(paths):
            point("make durable")
            folders = set()
            for path in paths:
                if path.is_dir():
                    folders.add(path)
                else:
                    self._bytes.add(_inode(path))
                    folders.add(path.parent)
            for one in folders:
                self._names |= {(str(one), inner.name) for inner in one.iterdir()}
            point("made durable")

        for module in _HOLDERS:
            for name, function in (("push", push), ("make_durable", make_durable)):
                if hasattr(module, name):
                    monkeypatch.setattr(module, name, function)

    def cut(self, rng):
        """Damage what was not pushed, as it pleases."""
        for path in sorted(self.root.rglob("*")):
            if not path.is_file() or "_journal" in path.parts:
                continue
            safe = _inode(path) in self._bytes
            if safe and (str(path.parent), path.name) in self._names:
                continue
            fate = rng.choice(["stays", "goes"] if safe else ["stays", "goes", "empty", "torn", "zeros"])
            content = path.read_bytes()
            if fate == "goes":
                path.unlink()
            elif fate != "stays":
                kept = {"empty": b"", "torn": content[: rng.randrange(len(content) + 1)], "zeros": bytes(len(content))}
                path.unlink()  # another name of the same bytes may be safe
                path.write_bytes(kept[fate])


def _inode(path):
    return Path(path).stat().st_ino

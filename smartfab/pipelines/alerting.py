"""A command of the plant's own, run once whenever something goes wrong or comes right again."""

from __future__ import annotations

import json
import subprocess
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from smartfab.plant import Plant
from smartfab.store import Store
from smartfab.store.durability import replace_file

_PATIENCE_S = 30.0


class Alarm:
    """Knows what is wrong, also after a restart, and tells of changes only.

    Parameters
    ----------
    command : sequence of str
        Program and arguments, run without a shell; gets one JSON object on standard input: plant, what, ok, detail, at.
    plant_id : str
        The plant.
    memory : Path
        File that keeps what is wrong.
    """

    def __init__(self, command: tuple[str, ...], plant_id: str, memory: Path) -> None:
        self._command, self._plant, self._memory = command, plant_id, memory
        self._lock = threading.Lock()

    @classmethod
    def of(cls, plant: Plant, store: Store) -> Alarm | None:
        """Return the alarm of a plant, or None if it names no command.

        Parameters
        ----------
        plant : Plant
            With ``[alert] command``.
        store : Store
            Keeps what is wrong.

        Returns
        -------
        Alarm or None
            To be told.
        """
        return None if plant.alert is None else cls(plant.alert.words, plant.id, store.path / "_status" / "alarms.state")

    def set(self, what: str, *, ok: bool, detail: str) -> bool:
        """Tell how something stands; the command runs if that is new.

        Parameters
        ----------
        what : str
            Such as "line press-1".
        ok : bool
            Whether it is well.
        detail : str
            A sentence.

        Returns
        -------
        bool
            True if the command was run, and ended 0.
        """
        with self._lock:
            wrong = self._wrong()
            if ok == (what not in wrong):
                return False
            wrong = {key: value for key, value in wrong.items() if key != what} | ({} if ok else {what: detail})
            with suppress(OSError):
                replace_file(self._memory, json.dumps(wrong, ensure_ascii=False))
            at = pd.Timestamp.now("UTC").isoformat()
            return self._run({"plant": self._plant, "what": what, "ok": ok, "detail": detail, "at": at})

    def _wrong(self) -> dict[str, Any]:
        try:
            found: dict[str, Any] = json.loads(self._memory.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    def _run(self, told: dict[str, object]) -> bool:
        text = json.dumps(told, ensure_ascii=False)
        try:
            ended = subprocess.run(  # noqa: S603  the plant's own command, split into words, no shell
                self._command, input=text.encode(), capture_output=True, timeout=_PATIENCE_S, check=False
            )
        except (OSError, subprocess.SubprocessError):
            return False  # an alarm that cannot be given must not stop the collecting; `status` shows what is wrong
        return ended.returncode == 0

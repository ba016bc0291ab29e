"""A plant as a server's tags suggest it: doubts are kept beside the signals, and written into the file as comments."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from pydantic import PrivateAttr

from smartfab.plant import Plant


class Draft(Plant):
    """A plant to be looked over by somebody who knows it: `to_toml` writes every doubt where it belongs."""

    _head: tuple[str, ...] = PrivateAttr(default=())
    _remarks: dict[str, str] = PrivateAttr(default_factory=dict)
    _left_out: dict[str, list[str]] = PrivateAttr(default_factory=dict)

    @classmethod
    def made(
        cls, plant: Mapping[str, object], head: list[str], remarks: dict[str, str], left_out: dict[str, list[str]]
    ) -> Draft:
        """Return a draft.

        Parameters
        ----------
        plant : mapping
            As `Plant.model_validate` takes it.
        head : list of str
            Remarks on the whole.
        remarks : dict of str to str
            Doubts by signal_id.
        left_out : dict of str to list of str
            By machine, tags that are no signals, with the reason.

        Returns
        -------
        Draft
            With all of them.
        """
        made = cls.model_validate(plant)
        made._head, made._remarks, made._left_out = tuple(head), dict(remarks), dict(left_out)
        return made

    @property
    def remarks(self) -> dict[str, str]:
        """The doubt about each signal there is one about, by signal_id."""
        return dict(self._remarks)

    @property
    def left_out(self) -> dict[str, list[str]]:
        """Tags that are no signals, with the reason, by machine."""
        return {machine: list(told) for machine, told in self._left_out.items()}

    def to_toml(self) -> str:
        """Return the draft as the text of a plant.toml, doubts as comments.

        Returns
        -------
        str
            TOML that reads back as this plant.
        """
        lines = [_comment(text) for text in self._head]
        machine, in_signals = "", False
        for line in super().to_toml().splitlines():
            if line.startswith("["):
                in_signals = line == "[line.machine.signals]"
            elif line.startswith("id = "):
                machine = str(tomllib.loads(line)["id"])
            if in_signals and line and not line.startswith("["):
                remark = self._remarks.get(f"{machine}/{next(iter(tomllib.loads(line)))}")
                lines += [_comment(remark)] if remark else []
            lines.append(line)
            if line == "[line.machine.signals]":
                lines += [_comment(f"left out: {told}") for told in self._left_out.get(machine, ())]
        return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    """A comment of one line; TOML allows no control characters in it."""
    return "# " + "".join(char if char.isprintable() else " " for char in text)

"""Whom a plant tells when something goes wrong."""

from __future__ import annotations

import shlex

from pydantic import field_validator

from smartfab.plant_grammar import Grammar


class Alert(Grammar):
    """The [alert] table: a command that is run once whenever something goes wrong or comes right again."""

    command: str

    @property
    def words(self) -> tuple[str, ...]:
        """Program and arguments, as a shell would split them; none is asked."""
        return tuple(shlex.split(self.command))

    @field_validator("command")
    @classmethod
    def _split(cls, command: str) -> str:
        if not shlex.split(command):
            raise ValueError("a command with at least a program")
        return command

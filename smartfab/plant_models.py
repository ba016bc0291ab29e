"""Which model says, every night, which parts to hold."""

from __future__ import annotations

from smartfab.plant_grammar import Grammar


class Defects(Grammar):
    """The [defects] table: the folder of a classifier that `smartfab.defects.save` wrote, with the settings of its windows."""

    model: str

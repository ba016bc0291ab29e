"""Every error smartfab raises on purpose.

::

    SmartfabError
    ├── TableError (ValueError)            a table handed in is wrong; all its faults are told at once
    │   ├── MissingColumnError
    │   ├── ColumnTypeError
    │   ├── TimeError                      naive, unsorted or reversed times
    │   ├── UnitError
    │   └── AmbiguousValueError            reads two ways; say which
    ├── PlantError (ValueError)            plant.toml or master data; every fault with its line
    ├── InsufficientDataError (ValueError)
    │   └── GainNotProvableError
    ├── ModelRejectedError
    ├── SourceError (OSError)
    │   ├── SourceUnavailable (ConnectionError)   try again later
    │   ├── SourceRefused (PermissionError)       stop: trying again cannot help
    │   └── SignalNotFound (LookupError)          skip this signal and report it
    ├── StoreError (OSError)
    │   ├── SchemaMismatchError
    │   ├── WriteConflictError
    │   └── CorruptTableError
    └── RegisterError (ValueError)
        ├── RecordNotFound (LookupError)
        ├── RegisterUnavailable (ConnectionError)   try again later
        ├── TransitionRefused
        └── StaleVersionError

A class takes fields and writes its own sentence: where · what was found · what was expected · what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

__all__ = [
    "AmbiguousValueError", "ColumnTypeError", "CorruptTableError", "GainNotProvableError", "InsufficientDataError",
    "MissingColumnError", "ModelRejectedError", "PlantError", "RecordNotFound", "RegisterError", "RegisterUnavailable",
    "SchemaMismatchError", "SignalNotFound", "SmartfabError", "SourceError", "SourceRefused", "SourceUnavailable",
    "StaleVersionError", "StoreError", "TableError", "TimeError", "TransitionRefused", "UnitError", "WriteConflictError",
]  # fmt: skip


class SmartfabError(Exception):
    """Root of all errors smartfab raises on purpose.

    Parameters
    ----------
    found : str
        What was found.
    where : str, optional
        Place of the fault: a file and line, an argument, an endpoint.
    table, column : str, optional
        Table and column concerned; they are put in front of `where`.
    expected : str, optional
        What would have been right.
    remedy : str, optional
        What to do about it, as an instruction.
    faults : sequence of SmartfabError, optional
        The single faults this error stands for, when there are several.
    """

    default_remedy = ""

    def __init__(
        self,
        found: str,
        *,
        where: str | None = None,
        table: str | None = None,
        column: str | None = None,
        expected: str | None = None,
        remedy: str | None = None,
        faults: Sequence[SmartfabError] = (),
    ) -> None:
        self.found = found
        self.where = where
        self.table = table
        self.column = column
        self.expected = expected
        self.remedy = remedy if remedy is not None else self.default_remedy
        self.faults: tuple[SmartfabError, ...] = tuple(faults) or (self,)
        super().__init__(self._sentence() if not faults else self._list())

    def _place(self) -> str:
        column = f"{self.table}.{self.column}" if self.table and self.column else self.table or self.column
        return ", ".join(part for part in (column, self.where) if part)

    def _sentence(self) -> str:
        place = self._place()
        text = f"{place}: {self.found}" if place else self.found
        if self.expected:
            text += f"; expected {self.expected}"
        return f"{text}. {self.remedy}" if self.remedy else f"{text}."

    def _list(self) -> str:
        lines = [f"  {n}. {fault}" for n, fault in enumerate(self.faults, 1)]
        return "\n".join([f"{len(self.faults)} faults in {self._place() or self.found}:", *lines])

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), {**self.__dict__, "faults": () if self.faults == (self,) else self.faults})

    @classmethod
    def of(cls, faults: Sequence[SmartfabError], *, where: str) -> Self:
        """Return one error for `faults`: the fault itself when it is alone, else one that lists them all.

        Parameters
        ----------
        faults : sequence of SmartfabError
            At least one fault.
        where : str
            The file or table all of them are in.

        Returns
        -------
        SmartfabError
            Of the faults' own class when they share one, else of this class.
        """
        kinds = {type(fault) for fault in faults}
        kind = kinds.pop() if len(kinds) == 1 else cls
        if len(faults) == 1 and isinstance(faults[0], cls):
            return faults[0]
        chosen = kind if issubclass(kind, cls) else cls
        return chosen(f"{len(faults)} faults", where=where, faults=faults)


def _rebuild(kind: type[SmartfabError], fields: dict[str, object]) -> SmartfabError:
    keep = ("found", "where", "table", "column", "expected", "remedy", "faults")
    return kind(**{name: fields[name] for name in keep})  # type: ignore[arg-type]


class TableError(SmartfabError, ValueError):
    """A table handed in does not say what its declaration asks for."""


class MissingColumnError(TableError):
    """A column that must be there is not."""


class ColumnTypeError(TableError):
    """A column cannot be read as its declared type without losing something."""


class TimeError(TableError):
    """Times that are naive, reversed, unsorted or outside what is possible."""


class UnitError(TableError):
    """A quantity in a unit that cannot be converted to the declared one."""


class AmbiguousValueError(TableError):
    """A value that reads two ways; smartfab does not guess."""


class PlantError(SmartfabError, ValueError):
    """plant.toml, or a master data file it names, is wrong."""


class InsufficientDataError(SmartfabError, ValueError):
    """The data cannot answer the question asked."""


class GainNotProvableError(InsufficientDataError):
    """The data cannot separate a gain from the noise around it."""


class ModelRejectedError(SmartfabError):
    """A stored model is not to be trusted, and is not loaded."""


class SourceError(SmartfabError, OSError):
    """A machine data source failed."""


class SourceUnavailable(SourceError, ConnectionError):
    """The source does not answer now; trying again later may help."""

    default_remedy = "Check the address and the network, then try again."


class SourceRefused(SourceError, PermissionError):
    """The source, or a rule of security, said no; trying again cannot help."""


class SignalNotFound(SourceError, LookupError):
    """A signal of the plant is not on the server."""


class StoreError(SmartfabError, OSError):
    """The store cannot do what was asked."""


class SchemaMismatchError(StoreError, ValueError):
    """A frame does not fit the table's schema exactly."""


class WriteConflictError(StoreError):
    """Somebody else wrote the same thing at the same time."""


class CorruptTableError(StoreError):
    """A table's files are damaged."""


class RegisterError(SmartfabError, ValueError):
    """The improvement register refuses."""


class RecordNotFound(RegisterError, LookupError):
    """The register has no such record."""


class RegisterUnavailable(RegisterError, ConnectionError):
    """The register's database does not answer now, or is locked; trying again later may help."""


class TransitionRefused(RegisterError):
    """A step the state machine does not allow."""


class StaleVersionError(RegisterError):
    """The record was changed by somebody else in the meantime."""

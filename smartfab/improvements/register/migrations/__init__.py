"""The register's tables from version to version, by Alembic; shipped with the package and run when a register is opened."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from smartfab.errors import RegisterError

NEWEST = "0002"
"""The revision this version of smartfab writes."""

KNOWN = ("0001", NEWEST)
"""Every revision it can bring up to date."""


def revision_of(connection: sa.Connection) -> str | None:
    """Return the revision of the register's tables; None where there are none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is not None and found not in KNOWN:
        raise RegisterError(
            f"tables of revision {found}", where="register", expected=f"revision {NEWEST} or older",
            remedy="They were written by a newer smartfab: install that version.",
        )  # fmt: skip
    return found


def upgrade(connection: sa.Connection) -> None:
    """Bring the tables up to date inside the transaction of `connection`."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")

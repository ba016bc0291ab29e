"""A house for every test: a register of its own, filled with people, behind a service that runs."""

from __future__ import annotations

import shutil

import pytest

from tests.service.house import House
from tests.service.served_process import unused_port


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The file of a register with its people, made once."""
    folder = tmp_path_factory.mktemp("filled")
    House(f"sqlite:///{folder / 'plant.db'}", folder).fill().register.close()
    return folder / "plant.db"


@pytest.fixture
def house(filled, tmp_path):
    shutil.copyfile(filled, tmp_path / "plant.db")
    with House(f"sqlite:///{tmp_path / 'plant.db'}", tmp_path).open() as opened:
        yield opened


@pytest.fixture
def free_port():
    return unused_port()


@pytest.fixture
def at_home(house):
    """A house whose people have passwords."""
    for person in ("E0123", "L001", "K007", "H001", "F001", "A001", "O001", "C001"):
        house.register.access.set_password(person, "mat-khau-rat-dai")
    return house

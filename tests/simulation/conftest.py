import pytest

import smartfab as sf


@pytest.fixture(scope="session")
def day():
    return sf.simulation.line(days=1, seed=1)


@pytest.fixture(scope="session")
def week():
    """Eight days with a Sunday in them."""
    return sf.simulation.line(days=8, seed=2)

"""The application as others run it: started again in another loop, and without its lifespan."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from smartfab.service import Settings, create_app
from tests.service.house import IDEA


@pytest.fixture
def app(tmp_path):
    app = create_app(Settings(db=f"sqlite:///{tmp_path / 'again.db'}"))
    yield app
    app.state.hall.register.close()


def client_of(app, **headers):
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://plant", headers=headers)


def test_an_application_may_be_started_again(app):
    register = app.state.hall.register
    register.people.grant("admin", "admin", by="setup")
    secret = register.access.make_token("admin", "test", days=1, by="setup")[1]

    async def used():
        async with app.router.lifespan_context(app), client_of(app, Authorization=f"Bearer {secret}") as client:
            made = await client.post("/v1/improvements", json=IDEA)
            found = await client.get("/v1/improvements")
        return made.status_code, len(found.json()["items"])

    assert [asyncio.run(used()) for _ in range(2)] == [(201, 1), (201, 2)]


def test_an_application_answers_without_its_lifespan(app):
    async def asked():
        async with client_of(app) as client:
            return (await client.get("/v1/health")).json()["status"]

    assert [asyncio.run(asked()) for _ in range(2)] == ["ok", "ok"]

"""Why the door stays shut, as errors with a status of HTTP."""

from __future__ import annotations

from typing import ClassVar

from smartfab.errors import SmartfabError


class Refusal(SmartfabError):  # noqa: N818  a family, like SmartfabError's other names
    """The service refuses; `status` is what HTTP calls it."""

    status: ClassVar[int] = 400


class SignInNeeded(Refusal):
    """Nobody is known to be at the door."""

    status = 401
    default_remedy = "Send a token that holds: Authorization: Bearer …"


class NotAllowed(Refusal):
    """Somebody's roles do not reach as far."""

    status = 403
    default_remedy = "Ask an administrator for the role, or somebody who has it."


class NotFound(Refusal):
    """There is no such thing here."""

    status = 404


class NotConnected(Refusal):
    """The service was started without a plant and its store."""

    status = 409
    default_remedy = "Start it with --plant plant.toml --store DIR."


class VersionNeeded(Refusal):
    """A change must say which version it was made from."""

    status = 428
    default_remedy = "Read the record, and send its ETag as If-Match."


class TooManyTries(Refusal):
    """Too many wrong passwords; `wait_s` says for how long."""

    status = 429

    def __init__(self, wait_s: int) -> None:
        super().__init__("too many tries", where="login", expected="fewer of them", remedy=f"Wait {wait_s} s.")
        self.wait_s = wait_s

"""Keys, certificates and a password for one run of the simulator, in a folder that lives as long as the run."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from smartfab.plant_grammar import Security

from .identity import Identity, made_identity, write_secret

SERVER_URI = "urn:smartfab:simulator"
CLIENT_URI = "urn:smartfab:collector"
USER = "collector"
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Secrets:
    """What both sides of a secured run need; keys and password do not show in a repr."""

    server: Identity
    client: Identity
    password: str = field(repr=False)
    folder: Path

    @property
    def password_file(self) -> Path:
        """The file, mode 0600, that holds the password of the user and nothing else."""
        return self.folder / "password.txt"

    @property
    def security(self) -> Security:
        """The security table of plant.toml for a client of this run."""
        return Security(
            policy="Basic256Sha256",
            mode="SignAndEncrypt",
            certificate=str(self.folder / "own.der"),
            private_key=str(self.folder / "own.pem"),
            trust=str(self.folder / "trusted"),
            user=USER,
            password_file=str(self.password_file),
        )


def make_secrets(folder: Path) -> Secrets:
    """Return fresh keys, certificates and a password, the client's share of them written into `folder`.

    The server's private key is never written.

    Parameters
    ----------
    folder : Path
        An empty folder that only this user can enter.

    Returns
    -------
    Secrets
        Valid for a week.
    """
    server = made_identity(SERVER_URI, "smartfab simulator", lifetime=_WEEK)
    client = made_identity(CLIENT_URI, "smartfab collector", lifetime=_WEEK)
    made = Secrets(server, client, secrets.token_urlsafe(18), folder)
    (folder / "trusted").mkdir()
    (folder / "trusted" / "simulator.der").write_bytes(made.server.certificate)
    (folder / "own.der").write_bytes(made.client.certificate)
    write_secret(folder / "own.pem", made.client.private_key)
    write_secret(made.password_file, made.password.encode())
    return made

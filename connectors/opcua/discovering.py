"""A server browsed into the draft of a plant."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from smartfab.errors import PlantError, SignalNotFound, SourceRefused
from smartfab.plant import Endpoint
from smartfab.plant_grammar import Security

from .browsing import browsed
from .companion import Models
from .connecting import opened
from .credentials import Access, access, address
from .draft import Draft
from .drafting import drafted, machines_in
from .health import Health
from .link import Link, Timing
from .loop_thread import LoopThread
from .variables import described
from .wire_errors import retelling

_ZONE = "Asia/Ho_Chi_Minh"
_LINE = "line-1"


def discover(
    url: str,
    profile: str = "auto",
    *,
    security: Security | Mapping[str, object] | None = None,
    password: Callable[[], str] | None = None,
    timeout: float = 30.0,
) -> Draft:
    """Browse a server into the draft of a plant.

    Every variable that holds one number or text becomes a signal. A role is written only where name, type and unit leave
    no other reading, or a published model says it; every other guess is a remark, and a comment in the file.

    Parameters
    ----------
    url : str
        opc.tcp://host:port.
    profile : {"auto", "machinery", "packml", "plain"}
        Published models to look for: all of them, OPC 40001-1 alone, PackML alone, or none.
    security : Security or mapping, optional
        As the security table of plant.toml. Without it nothing is opened.
    password : callable, optional
        Returns the password, in place of password_env and password_file.
    timeout : float
        Deadline of opening and of each answer [s].

    Returns
    -------
    Draft
        A `Plant` whose `to_toml` writes the doubts as comments.

    Raises
    ------
    SourceRefused
        If a rule of security says no; for a server that is not trusted yet, with its SHA-256 and how to trust it.
    SourceUnavailable
        If the server does not answer in time.
    SignalNotFound
        If there is no variable to read.
    PlantError
        If there is no such profile, or security is not what plant.toml allows.

    Examples
    --------
    >>> from smartfab.connectors.opcua import discover
    >>> draft = discover("opc.tcp://press-1:4840", security=plant.line("press-1").security)  # doctest: +SKIP
    >>> print(draft.to_toml())  # doctest: +SKIP
    """
    where, _ = address(url)
    if security is None:
        raise SourceRefused(
            "nothing says how the channel is protected",
            where=where,
            expected="security, as in plant.toml",
            remedy='Give certificate, private_key and trust; or allow_insecure = "the reason" on an isolated bench.',
        )
    endpoint = Endpoint(url=where, security=_checked(security), namespaces={}, clock="source", signals={})
    thread = LoopThread("smartfab-opcua-discover")
    try:
        return thread.run(draft_of(access(endpoint, password), profile, Timing(timeout, 5.0)))
    finally:
        thread.close()


def _checked(security: Security | Mapping[str, object]) -> Security:
    if isinstance(security, Security):
        return security
    try:
        return Security.model_validate(dict(security))
    except ValidationError as error:
        faults = [
            PlantError(told["msg"].removeprefix("Value error, "), where=".".join(["security", *map(str, told["loc"])]))
            for told in error.errors(include_input=False, include_url=False)
        ]
        raise PlantError.of(faults, where="security") from None


async def draft_of(granted: Access, profile: str, timing: Timing) -> Draft:
    """Return the draft of a server.

    Parameters
    ----------
    granted : Access
        To the server.
    profile : {"auto", "machinery", "packml", "plain"}
        Published models to look for.
    timing : Timing
        Deadlines.

    Returns
    -------
    Draft
        What was found.

    Raises
    ------
    SourceUnavailable, SourceRefused, SignalNotFound, PlantError
        As `discover` does.
    """
    async with opened(granted, Health(), timing) as link:
        with retelling(where=link.url, doing="browsing"):
            return await _draft(link, profile)


async def _draft(link: Link, profile: str) -> Draft:
    tree = await browsed(link)
    models = Models(profile, link.namespaces, tree.root)
    found = list(machines_in(tree.root, models))
    variables = await described(link, [path[-1] for _, paths in found for path in paths])
    made = drafted(found, variables, models, link.namespaces)
    if not made.machines:
        raise SignalNotFound(
            "no variable that can be read",
            where=link.url,
            expected="objects with variables of numbers or texts",
            remedy="Look whether the server shows its tags to this user, and whether the profile fits.",
        )
    head = [
        f"A draft, from the tags of {link.url}. Look over every line before it is used.",
        f"The server does not tell where it stands: check timezone and day_start, and name plant and line {_LINE}.",
        "Comments are doubts: a signal below one is kept as a process value until you decide.",
    ]
    if tree.is_cut:
        head.append("The server has more nodes than were browsed: this is not everything.")
    security = link.endpoint.security.model_dump(exclude_none=True, exclude_defaults=True)
    line = {"id": _LINE, "endpoint": link.url, "security": security, "namespaces": made.namespaces, "machine": made.machines}
    plant = {"plant": {"id": "plant", "timezone": _ZONE}, "line": [line]}
    return Draft.made(plant, head, made.remarks, made.left_out)

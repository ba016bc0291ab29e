"""The shared standard address space is asyncua's own, and no server sees what another did to it."""

import asyncio

from asyncua import Server, ua
from smartfab.connectors.opcua.simulator_space import SwiftServer


def plain(space, node_id):
    """What a client reads of a node, time stamps aside."""
    node = space[node_id]
    values = {
        number: held.value and (repr(held.value.Value), held.value.StatusCode) for number, held in node.attributes.items()
    }
    return values, sorted(map(repr, node.references))


async def started(server):
    await server.init()
    return server


def test_every_standard_node_is_as_asyncua_makes_it():
    own, stock = Server(iserver=SwiftServer()), Server()
    asyncio.run(started(own))
    asyncio.run(started(stock))
    ours, theirs = own.iserver.aspace, stock.iserver.aspace
    nodes = list(theirs.keys())
    assert len(nodes) > 6000
    differing = {str(theirs[node].attributes[ua.AttributeIds.BrowseName].value.Value.Value.Name)
                 for node in nodes if plain(ours, node) != plain(theirs, node)}  # fmt: skip
    assert differing <= {"ServerStatus", "BuildInfo", "BuildDate"}  # they carry the time of the start
    assert ours.get(ua.NodeId(4711, 9)) is None
    assert ua.NodeId(4711, 9) not in ours


def test_servers_do_not_share_what_they_change():
    async def go():
        one, two = await started(Server(iserver=SwiftServer())), await started(Server(iserver=SwiftServer()))
        await one.register_namespace("urn:one")
        await one.nodes.objects.add_folder(1, "mine")
        third = await started(Server(iserver=SwiftServer()))
        return [
            ("urn:one" in await server.get_namespace_array(), len(await server.nodes.objects.get_children()))
            for server in (one, two, third)
        ]

    (one, first), *others = asyncio.run(go())
    assert one
    assert others == [(False, first - 1)] * 2

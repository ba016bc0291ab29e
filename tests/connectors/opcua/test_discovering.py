"""A server's tags → a draft: what is sure is written, what is not is a comment, and nothing is silently wrong."""

import socket

import pytest
from asyncua import ua
from asyncua.ua import VariantType as Kind
from smartfab.connectors.opcua import OpcUaSource, discover
from smartfab.connectors.opcua.companion import MACHINERY, PACKML

import smartfab as sf
from smartfab.errors import PlantError, SignalNotFound, SourceRefused, SourceUnavailable
from smartfab.plant_file import parse_plant
from tests.connectors.opcua.live_server import SPACE, LiveServer

OPEN = {"allow_insecure": "test bench"}


async def _tags(folder, space, **values):
    for name, (value, kind) in values.items():
        await folder.add_variable(
            ua.NodeId(f"{folder.nodeid.Identifier}.{name}", space), ua.QualifiedName(name, space), value, kind
        )


async def _plain(server, space):
    press = await server.nodes.objects.add_object(ua.NodeId('"DB_Press"', space), ua.QualifiedName("Press01", space))
    await _tags(
        press, space, GoodCount=(5, Kind.UInt32), Press01_RejectCount=(1, Kind.UInt16),
        GoodCountSetpoint=(9, Kind.UInt32), State=(3, Kind.Int16), ProductId=("P-100", Kind.String),
        Counter=(7, Kind.Int32), Fault=(False, Kind.Boolean), Temperature_degC=(80.0, Kind.Double),
        Recipe=([1, 2, 3], Kind.Int32),
    )  # fmt: skip
    cycle = await press.add_variable(ua.NodeId("cycle", space), ua.QualifiedName("CycleTime", space), 1.5)
    unit = ua.EUInformation(DisplayName=ua.LocalizedText("s"), UnitId=5457219)
    await cycle.add_property(ua.NodeId("cycle.unit", space), ua.QualifiedName("EngineeringUnits", 0), unit)
    hidden = await press.add_variable(ua.NodeId("hidden", space), ua.QualifiedName("Hidden", space), 1)
    for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
        await hidden.write_attribute(attribute, ua.DataValue(ua.Variant(0, Kind.Byte)))
    await (await press.add_object(ua.NodeId("loop", space), "Loop")).add_reference(press, ua.ObjectIds.Organizes)  # a circle


async def _machinery(server, space):
    own = await server.register_namespace(MACHINERY)
    machines = await server.nodes.objects.add_folder(ua.NodeId(1001, own), ua.QualifiedName("Machines", own))
    kiln = await machines.add_object(ua.NodeId("Kiln", space), ua.QualifiedName("Kiln01", space))
    for name, text in (("MachineryItemState", "Executing"), ("MachineryOperationMode", "Processing")):
        states = await kiln.add_object(ua.NodeId(f"Kiln.{name}", space), ua.QualifiedName(name, own))
        node = ua.NodeId(f"Kiln.{name}.CurrentState", space)
        await states.add_variable(node, ua.QualifiedName("CurrentState", 0), ua.LocalizedText(text))
    other = await machines.add_object(ua.NodeId("Oven", space), ua.QualifiedName("Oven", space))
    states = await other.add_object(ua.NodeId("Oven.State", space), ua.QualifiedName("MachineryItemState", own))
    node = ua.NodeId("Oven.CurrentState", space)
    await states.add_variable(node, ua.QualifiedName("CurrentState", 0), ua.LocalizedText("In Betrieb"))


async def _packml(server, space):
    await server.register_namespace(PACKML)
    line = await server.nodes.objects.add_folder(ua.NodeId("Line", space), ua.QualifiedName("PackLine", space))
    filler = await line.add_object(ua.NodeId("Filler", space), ua.QualifiedName("Filler", space))
    status = await filler.add_object(ua.NodeId("Filler.Status", space), ua.QualifiedName("Status", space))
    await _tags(status, space, StateCurrent=(6, Kind.Int32), UnitModeCurrent=(1, Kind.Int32))
    admin = await filler.add_object(ua.NodeId("Filler.Admin", space), ua.QualifiedName("Admin", space))
    for name in ("ProdProcessedCount[0]", "ProdDefectiveCount[0]"):
        item = await admin.add_object(ua.NodeId(f"Filler.{name}", space), ua.QualifiedName(name, space))
        await _tags(item, space, AccCount=(10, Kind.Int32), Count=(3, Kind.Int32))


@pytest.fixture(scope="module")
def shop(server_identity):
    with LiveServer(server_identity) as server:
        for build in (_plain, _machinery, _packml):
            server.run(build(server.server, server.space))
        yield server


@pytest.fixture(scope="module")
def draft(shop):
    return discover(shop.url, security=OPEN)


def signals(draft, machine):
    return draft.machine(machine).signals


def test_a_draft_is_a_plant_whose_file_reads_back(draft):
    again = parse_plant(draft.to_toml())
    assert again.model_dump() == draft.model_dump()
    assert isinstance(draft, sf.plant.Plant)


def test_only_what_leaves_no_other_reading_gets_a_role(draft):
    found = {name: signal.role for name, signal in signals(draft, "Press01").items() if signal.role != "process_value"}
    assert found == {
        "GoodCount": "good_count", "Press01_RejectCount": "reject_count", "ProductId": "product_id", "CycleTime": "cycle_time",
    }  # fmt: skip


def test_counters_know_where_they_wrap_and_units_come_from_the_server(draft):
    press = signals(draft, "Press01")
    assert (press["GoodCount"].max_value, press["Press01_RejectCount"].max_value) == (4294967295, 65535)
    assert (press["CycleTime"].unit, press["Temperature_degC"].unit) == ("s", None)


@pytest.mark.parametrize(
    ("name", "told"),
    [("GoodCountSetpoint", "setpoint"), ("State", 'role = "state"'), ("Counter", "a counter?"), ("Fault", '"alarm"'),
     ("Temperature_degC", 'unit = "degC"')],
)  # fmt: skip
def test_a_doubt_is_a_comment_above_its_signal(draft, name, told):
    lines = draft.to_toml().splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"{name} = "))
    assert lines[at - 1].startswith(f"# {name}: ")
    assert told in lines[at - 1]


def test_what_is_no_signal_is_named_with_its_reason(draft):
    left = "\n".join(draft.left_out["Press01"])
    assert "Recipe (a list of values)" in left
    assert "Hidden (this user may not read it)" in left
    assert "# left out: Hidden" in draft.to_toml()


def test_machinery_says_its_state_where_the_text_is_the_standards_own(draft):
    kiln = signals(draft, "Kiln01")
    assert kiln["MachineryItemState.CurrentState"].role == "state"
    assert kiln["MachineryItemState.CurrentState"].map == "opc-40001-1-v1.03"
    assert kiln["MachineryOperationMode.CurrentState"].role == "process_value"
    assert signals(draft, "Oven")["MachineryItemState.CurrentState"].role == "process_value"
    assert "In Betrieb" in draft.remarks["Oven/MachineryItemState.CurrentState"]


def test_packml_says_state_and_counts(draft):
    filler = {name: (signal.role, signal.map) for name, signal in signals(draft, "Filler").items()}
    assert filler["Status.StateCurrent"] == ("state", "packml-2022")
    assert filler["Admin.ProdProcessedCount[0].AccCount"][0] == "total_count"
    assert filler["Admin.ProdDefectiveCount[0].AccCount"][0] == "reject_count"
    assert filler["Admin.ProdDefectiveCount[0].Count"][0] == "process_value"


@pytest.mark.parametrize(("profile", "machines"), [("machinery", {"Kiln01", "Oven"}), ("packml", {"Filler"})])
def test_a_profile_finds_its_machines_alone(shop, profile, machines):
    assert {machine.id for _, machine in discover(shop.url, profile, security=OPEN).machines} == machines


def test_plain_takes_no_model_into_account(shop):
    found = discover(shop.url, "plain", security=OPEN)
    assert all(signal.map is None for _, machine in found.machines for signal in machine.signals.values())


def test_a_draft_can_be_read_at_once(shop, draft):
    with OpcUaSource(draft.lines[0]) as source:
        got = source.read().set_index("signal_id")
    assert got["value"]["Press01/GoodCount"] == 5
    assert got["text"]["Kiln01/MachineryItemState.CurrentState"] == "Executing"
    assert len(got) == sum(len(machine.signals) for _, machine in draft.machines)


def test_a_source_discovers_its_own_server(shop, draft):
    with OpcUaSource(draft.lines[0]) as source:
        found = source.discover(profile="plain")
        assert found.lines[0].endpoint == draft.lines[0].endpoint
        assert any(machine.signals for _, machine in found.machines)
        with pytest.raises(PlantError, match="no server"):
            source.discover(endpoint="opc.tcp://else:4840")


def test_more_than_one_answer_holds_is_asked_for_again(shop, draft, monkeypatch):
    from smartfab.connectors.opcua import browsing

    monkeypatch.setattr(browsing, "_IN_TURNS", 2)
    assert discover(shop.url, security=OPEN).model_dump() == draft.model_dump()


def test_a_tree_without_end_is_cut_and_says_so(shop, monkeypatch):
    from smartfab.connectors.opcua import browsing

    monkeypatch.setattr(browsing, "DEEPEST", 2)
    assert "not everything" in discover(shop.url, security=OPEN).to_toml()


def test_names_that_toml_must_quote_survive(shop):
    name = 'Ép 1/"A"\n#'
    folder = shop.run(shop.server.nodes.objects.add_object(ua.NodeId(name, shop.space), ua.QualifiedName(name, shop.space)))
    shop.run(folder.add_variable(ua.NodeId(f"{name}.x", shop.space), ua.QualifiedName('x/"y"\n= 1', shop.space), 1.0))
    try:
        found = discover(shop.url, security=OPEN)
    finally:
        shop.run(folder.delete(delete_references=True))
    assert parse_plant(found.to_toml()).model_dump() == found.model_dump()
    assert signals(found, 'Ép 1_"A"_#')['x_"y"_= 1'].node.endswith(f";s={name}.x")


def test_without_security_nothing_is_opened(shop):
    before = shop.created_sessions
    with pytest.raises(SourceRefused, match="allow_insecure"):
        discover(shop.url)
    assert shop.created_sessions == before


def test_a_stranger_is_refused_with_the_line_that_trusts_it(shop, secure, tmp_path, server_identity):
    (tmp_path / "trusted" / "server.der").unlink()
    with pytest.raises(SourceRefused, match="smartfab certificate trust") as caught:
        discover(shop.url, security=secure)
    assert str(tmp_path / "rejected") in str(caught.value)
    assert str(tmp_path / "trusted") in str(caught.value)


def test_with_certificates_the_same_is_found(shop, secure, draft):
    assert discover(shop.url, security=secure).lines[0].machines == draft.lines[0].machines


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"profile": "nonsense"}, PlantError), ({"security": {"policy": "Basic128", "allow_insecure": "x"}}, PlantError),
     ({"security": {"mode": "None"}}, PlantError)],
)  # fmt: skip
def test_wrong_settings_are_told(shop, settings, error):
    with pytest.raises(error):
        discover(shop.url, **{"security": OPEN, **settings})


def test_an_address_that_leads_nowhere_says_so():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(SourceUnavailable):
            discover(f"opc.tcp://127.0.0.1:{closed.getsockname()[1]}", security=OPEN, timeout=5.0)
    with pytest.raises(SourceRefused, match="user information"):
        discover("opc.tcp://user:secret@127.0.0.1:4840", security=OPEN)


def test_no_machine_of_a_profile_is_an_error(live):
    with pytest.raises(SignalNotFound):
        discover(live.url, "packml", security=OPEN)


def test_the_namespaces_in_use_have_aliases(draft):
    assert draft.lines[0].namespaces == {"press-1": SPACE}

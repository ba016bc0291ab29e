"""Node ids, browse paths, batches and the loop thread, without a server."""

import asyncio
import threading
import uuid

import pytest
from asyncua import ua
from asyncua.crypto import uacrypto
from cryptography import exceptions
from hypothesis import given
from hypothesis import strategies as st
from smartfab.connectors.opcua.batching import MOST, OperationLimits, in_batches
from smartfab.connectors.opcua.gathering import together
from smartfab.connectors.opcua.loop_thread import LoopThread
from smartfab.connectors.opcua.nodes import browse_path, node_id
from smartfab.connectors.opcua.streaming import stream
from smartfab.connectors.opcua.wire_errors import retold

from smartfab.errors import SourceRefused, SourceUnavailable


def index(alias):
    return {"plc": 3, "ua": 0}[alias]


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("plc;s=Press01.Good", ua.NodeId("Press01.Good", 3)),
        ('plc;s="DB_Press"."State"', ua.NodeId('"DB_Press"."State"', 3)),
        ("plc;s=a;b=c=d", ua.NodeId("a;b=c=d", 3)),
        ("plc;s=12", ua.NodeId("12", 3)),
        ("plc;i=70000", ua.NodeId(70000, 3)),
        ("ua;i=85", ua.NodeId(85, 0)),
        ("plc;g=00000000-0000-0000-0000-000000000007", ua.NodeId(uuid.UUID(int=7), 3)),
        ("plc;b=AP8=", ua.NodeId(b"\x00\xff", 3)),
    ],
)
def test_node_ids(text, node):
    found = node_id(text, index)
    assert found == node
    assert type(ua.ua_binary.nodeid_to_binary(found)) is bytes
    assert ua.ua_binary.nodeid_to_binary(found) == ua.ua_binary.nodeid_to_binary(node)


@pytest.mark.parametrize(
    "text", ["plc;i=x", "plc;i=-1", "plc;i=4294967296", "plc;g=7", "plc;b=***", "plc;s=", "plc;x=1", "plc"]
)
def test_no_node_ids(text):
    with pytest.raises(Exception, match="is no node id"):
        node_id(text, index)


def names(path):
    return [(element.TargetName.NamespaceIndex, element.TargetName.Name) for element in path.RelativePath.Elements]


@pytest.mark.parametrize(
    ("text", "elements"),
    [
        ("plc:Press01/plc:Good", [(3, "Press01"), (3, "Good")]),
        ("/plc:Press01/Server/", [(3, "Press01"), (0, "Server")]),
        ("plc:a&/b&:c&&d.e", [(3, "a/b:c&d.e")]),
        ("plc:a:b", [(3, "a:b")]),
        ("no&:alias", [(0, "no:alias")]),
    ],
)
def test_browse_paths(text, elements):
    assert names(browse_path(text, index)) == elements


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
def test_any_name_can_be_written_in_a_browse_path(parts):
    escaped = ["".join(f"&{letter}" if letter in "/:&" else letter for letter in part) for part in parts]
    assert names(browse_path("/".join(f"plc:{part}" for part in escaped), index)) == [(3, part) for part in parts]


@pytest.mark.parametrize("text", ["", "/", "plc:"])
def test_no_browse_paths(text):
    with pytest.raises(Exception, match="path"):
        browse_path(text, index)


@given(st.integers(0, 60), st.integers(1, 60), st.integers(1, 60))
def test_batches_give_every_result_once_in_order(count, allowed, taken):
    limits, sizes = OperationLimits(), []
    limits.set("read", allowed)

    async def call(batch):
        sizes.append(len(batch))
        if len(batch) > taken:
            raise ua.uaerrors.BadTooManyOperations
        return [item * 2 for item in batch]

    assert asyncio.run(in_batches(limits, "read", range(count), call)) == [2 * n for n in range(count)]
    assert max(sizes, default=0) <= allowed


def test_limits_that_are_not_named_are_ours():
    limits = OperationLimits()
    for nothing in (0, None, "x", 10**6):
        limits.set("read", nothing)
        assert limits.read == MOST


@pytest.mark.parametrize("results", [[], [1, 2, 3], None])
def test_a_server_that_answers_too_few_or_too_many_is_not_believed(results):
    async def call(_):
        return results

    with pytest.raises(ua.UaError, match="results for 2 operations"):
        asyncio.run(in_batches(OperationLimits(), "read", [1, 2], call))


@pytest.fixture
def loop_thread():
    thread = LoopThread("smartfab-opcua-test")
    yield thread
    thread.close()


def test_ctrl_c_waits_until_the_work_has_cleaned_up(loop_thread, monkeypatch):
    begun, cleaned = threading.Event(), threading.Event()

    async def work():
        try:
            begun.set()
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.05)
            cleaned.set()

    job = loop_thread.start(work())
    begun.wait(5)
    interrupted = []

    def wait(timeout=None):
        if not interrupted:
            interrupted.append(1)
            raise KeyboardInterrupt
        return job_wait(timeout)

    job_wait = job.wait
    monkeypatch.setattr(job, "wait", wait)
    monkeypatch.setattr(loop_thread, "start", lambda _: job)
    with pytest.raises(KeyboardInterrupt):
        loop_thread.run(None)
    assert cleaned.is_set()


def test_closing_cancels_what_runs_and_says_so(loop_thread):
    job = loop_thread.start(asyncio.sleep(60))
    loop_thread.close()
    with pytest.raises(SourceUnavailable, match="closed"):
        job.result()


def test_a_stream_waits_for_its_reader_and_hands_on_errors(loop_thread):
    made = []

    async def produce(send):
        for n in range(5):
            made.append(n)
            await send(n)
        raise ValueError("no more")

    items = stream(loop_thread, produce)
    assert next(items) == 0
    assert len(made) <= 3
    assert [next(items) for _ in range(4)] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="no more"):
        next(items)


def test_together_waits_for_the_others_cleaning_up():
    cleaned = []

    async def fails():
        raise ValueError("first")

    async def slow():
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            cleaned.append(1)

    async def late():
        await asyncio.sleep(0)
        await fails()

    with pytest.raises(ValueError, match="first"):
        asyncio.run(together([slow(), late()]))
    assert cleaned == [1]


@pytest.mark.parametrize(
    ("status", "kind", "told"),
    [
        ("BadUserAccessDenied", SourceRefused, "refused the user"),
        ("BadIdentityTokenRejected", SourceRefused, "refused the user"),
        ("BadCertificateUntrusted", SourceRefused, "refused our certificate"),
        ("BadSecurityChecksFailed", SourceRefused, "refused our certificate"),
        ("BadSecurityPolicyRejected", SourceRefused, "refused the security policy"),
        ("BadTooManySessions", SourceUnavailable, "BadTooManySessions"),
        ("BadServerHalted", SourceUnavailable, "BadServerHalted"),
    ],
)
def test_status_codes_are_told_as_errors(status, kind, told):
    error = retold(ua.UaStatusCodeError(getattr(ua.StatusCodes, status)), where="opc.tcp://plc", doing="opening the session")
    assert type(error) is kind
    assert told in str(error)
    assert "opc.tcp://plc" in str(error)


@pytest.mark.parametrize("forged", [uacrypto.InvalidSignature(), exceptions.InvalidSignature()])
def test_a_wrong_signature_is_refused(forged):
    error = retold(forged, where="opc.tcp://plc", doing="opening the session")
    assert type(error) is SourceRefused
    assert "signature of the server is wrong" in str(error)

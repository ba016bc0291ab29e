"""Subscriptions and monitored items: what is asked of the server, and what it makes of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from asyncua import ua

from smartfab import clock
from smartfab.findings import Finding, finding
from smartfab.plant_grammar import Signal

from .batching import in_batches
from .events import event_filter
from .gaps import SignalBook
from .health import Health, Revised
from .link import Link, standard_node
from .nodes import ABSENT, Target
from .publishing import Publisher
from .receiving import EVENT_HANDLE
from .session import SESSION_TIMEOUT_MS
from .subscription import SILENT_KEEP_ALIVES, Subscription

SAMPLING = "500ms"
PUBLISHING = "1s"
"""Where the plant says nothing."""

SHORTEST_QUEUE = 10
_PUBLISHINGS_KEPT = 4
_MOST_VALUES = 10_000  # in one notification
_EVENTS_KEPT = 1_000
_FASTEST_MS = 10.0
_LIFETIME = 20  # in keep-alives, OPC 10000-4, 5.14.2 asks for 3 at least; and as long as the session, which may be resumed
_MEASURED = {"process_value", "energy", "speed", "cycle_time"}
_NO_DEADBAND = {
    ua.StatusCodes.BadFilterNotAllowed,
    ua.StatusCodes.BadMonitoredItemFilterUnsupported,
    ua.StatusCodes.BadMonitoredItemFilterInvalid,
    ua.StatusCodes.BadDeadbandFilterInvalid,
}


def queue_size(publishing_ms: float, sampling_ms: float) -> int:
    """Return how many values of a signal the server keeps for us between two publishings.

    Parameters
    ----------
    publishing_ms, sampling_ms : float
        Intervals [ms]; sampling at 0, "as fast as you can", counts as 10 ms.

    Returns
    -------
    int
        Four publishings' worth, and never fewer than 10 [1].
    """
    return max(SHORTEST_QUEUE, math.ceil(_PUBLISHINGS_KEPT * publishing_ms / (sampling_ms or _FASTEST_MS)))


async def subscribe(
    link: Link, targets: Sequence[Target], publisher: Publisher, book: SignalBook, health: Health, keep_alive: float
) -> list[str]:
    """Subscribe to the targets; publishing is started by the caller.

    Parameters
    ----------
    link : Link
        To the server.
    targets : sequence of Target
        All on that server.
    publisher : Publisher
        Gets one subscription for each publishing interval in use; those it has are used again.
    book : SignalBook
        Tells the index of each signal.
    health : Health
        Gets what was revised, and the signals the server does not watch.
    keep_alive : float
        Longest time the server stays silent [s].

    Returns
    -------
    list of str
        The signals that are watched now.
    """
    groups: dict[float, list[Target]] = {}
    for target in targets:
        groups.setdefault(_ms(target.signal.publishing or PUBLISHING), []).append(target)
    if link.endpoint.events and not groups and not publisher.subscriptions:
        groups[_ms(PUBLISHING)] = []
    watched: list[str] = []
    for asked, group in groups.items():
        subscription = publisher.by_interval.get(asked)
        if subscription is None:
            subscription = publisher.by_interval[asked] = await _created(link, publisher, asked, keep_alive)
            health.publishing(link.url, asked, 1000 * subscription.interval)
            if link.endpoint.events and len(publisher.subscriptions) == 1:
                await _watch_events(link, subscription, health)
        watched += await _monitored(link, subscription, group, book, health)
    return watched


def _ms(length: str) -> float:
    return clock.duration(length, what="sampling or publishing") / 1000


def longest_delay(signals: Iterable[Signal]) -> int:
    """Return how long after its time a value of these signals may be told, as far as the plant says.

    Parameters
    ----------
    signals : iterable of Signal
        Any number.

    Returns
    -------
    int
        The longest sampling and publishing interval together [us].
    """
    return round(1000 * max((_ms(s.sampling or SAMPLING) + _ms(s.publishing or PUBLISHING) for s in signals), default=0))


async def _created(link: Link, publisher: Publisher, asked_ms: float, keep_alive: float) -> Subscription:
    keep_alives = max(1, round(keep_alive * 1000 / max(asked_ms, 1.0)))
    lifetime = max(_LIFETIME * keep_alives, math.ceil(SESSION_TIMEOUT_MS / max(asked_ms, 1.0)))
    result = await link.session.create_subscription(
        ua.CreateSubscriptionParameters(
            RequestedPublishingInterval=ua.Duration(asked_ms),
            RequestedLifetimeCount=ua.Counter(lifetime),
            RequestedMaxKeepAliveCount=ua.Counter(keep_alives),
            MaxNotificationsPerPublish=ua.Counter(_MOST_VALUES),
        ),
        lambda _: None,  # asyncua wants a callback; notifications go to the publisher instead
    )
    given_ms = float(result.RevisedPublishingInterval)
    silence = max(keep_alive, result.RevisedMaxKeepAliveCount * given_ms / 1000) * SILENT_KEEP_ALIVES
    subscription = Subscription(result.SubscriptionId, given_ms / 1000, silence)
    publisher.subscriptions[subscription.number] = subscription
    return subscription


async def _watch_events(link: Link, subscription: Subscription, health: Health) -> None:
    """Watch the events of the Server object, which are those of all below it (OPC 10000-3, 7.18)."""
    parameters = ua.MonitoringParameters(
        ClientHandle=ua.IntegerId(EVENT_HANDLE), SamplingInterval=ua.Duration(0), QueueSize=ua.Counter(_EVENTS_KEPT)
    )
    parameters.Filter = event_filter()
    notifier = ua.ReadValueId(NodeId=standard_node(ua.ObjectIds.Server), AttributeId=ua.AttributeIds.EventNotifier)
    item = ua.MonitoredItemCreateRequest(notifier, ua.MonitoringMode.Reporting, parameters)
    results = await _items(link, subscription, [item])
    if not results[0].StatusCode.is_good():
        health.remark([finding("no_events", link.url, reason=results[0].StatusCode.name)])


async def _monitored(
    link: Link, subscription: Subscription, targets: Sequence[Target], book: SignalBook, health: Health
) -> list[str]:
    index = {target.signal_id: book.index[target.signal_id] for target in targets}
    requests = [_request(index[target.signal_id] + 1, target, 1000 * subscription.interval) for target in targets]
    results = await _items(link, subscription, requests)
    bare = [n for n, result in enumerate(results) if result.StatusCode.value in _NO_DEADBAND]
    for n in bare:
        requests[n].RequestedParameters.Filter = ua.ExtensionObject()
    for n, result in zip(bare, await _items(link, subscription, [requests[n] for n in bare]), strict=True):
        results[n] = result
    health.remark(finding("deadband_refused", targets[n].signal_id) for n in bare)
    refused: dict[str, str] = {}
    for target, request, result in zip(targets, requests, results, strict=True):
        if result.StatusCode.is_good():
            revised = _revised(request.RequestedParameters, result)
            health.revised(target.signal_id, revised)
            health.remark(_shortfalls(target.signal_id, revised))
            subscription.signals.add(index[target.signal_id])
            late = round(1000 * (1000 * subscription.interval + max(0.0, revised["sampling_ms"][1])))
            subscription.late = max(subscription.late, late)
        else:
            status = result.StatusCode
            refused[target.signal_id] = ABSENT.get(status.value, f"the server does not watch it ({status.name})")
    health.not_found(refused)
    return [target.signal_id for target in targets if target.signal_id not in refused]


async def _items(
    link: Link, subscription: Subscription, requests: Sequence[ua.MonitoredItemCreateRequest]
) -> list[ua.MonitoredItemCreateResult]:
    async def call(batch: Sequence[ua.MonitoredItemCreateRequest]) -> list[ua.MonitoredItemCreateResult]:
        return await link.session.create_monitored_items(
            ua.CreateMonitoredItemsParameters(
                SubscriptionId=ua.IntegerId(subscription.number),
                TimestampsToReturn=ua.TimestampsToReturn.Both,
                ItemsToCreate=list(batch),
            )
        )

    return await in_batches(link.limits, "monitor", requests, call)


def _request(handle: int, target: Target, publishing_ms: float) -> ua.MonitoredItemCreateRequest:
    signal = target.signal
    sampling_ms = _ms(signal.sampling or SAMPLING)
    parameters = ua.MonitoringParameters(
        ClientHandle=ua.IntegerId(handle),
        SamplingInterval=ua.Duration(sampling_ms),
        QueueSize=ua.Counter(signal.queue or queue_size(publishing_ms, sampling_ms)),
    )
    if signal.deadband and signal.role in _MEASURED:
        parameters.Filter = ua.DataChangeFilter(
            Trigger=ua.DataChangeTrigger.StatusValue,
            DeadbandType=ua.UInt32(ua.DeadbandType.Absolute),
            DeadbandValue=ua.Double(signal.deadband),
        )
    return ua.MonitoredItemCreateRequest(
        ItemToMonitor=ua.ReadValueId(NodeId=target.node, AttributeId=ua.AttributeIds.Value),
        MonitoringMode=ua.MonitoringMode.Reporting,
        RequestedParameters=parameters,
    )


def _revised(asked: ua.MonitoringParameters, given: ua.MonitoredItemCreateResult) -> Revised:
    return Revised(
        sampling_ms=(float(asked.SamplingInterval), float(given.RevisedSamplingInterval)),
        queue=(int(asked.QueueSize), int(given.RevisedQueueSize)),
    )


def _shortfalls(signal_id: str, revised: Revised) -> Iterator[Finding]:
    sampling, queue = revised["sampling_ms"], revised["queue"]
    if sampling[1] > sampling[0]:
        yield finding("undersampled", signal_id, asked_ms=sampling[0], given_ms=sampling[1])
    if queue[1] < queue[0]:
        yield finding("queue_reduced", signal_id, asked=queue[0], given=queue[1])

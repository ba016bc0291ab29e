"""Subscriptions that report every sample played, and never drop one in silence.

asyncua 2.1 compares each write with the one before, after a deep copy (23 µs), reports nothing when the value is the
same, ignores the queue's overflow, and drops the oldest value without a mark. Here, for a client that asks for no
filter, a new sample is a change; a `DataChangeFilter` is obeyed to the letter; and a value that had to be dropped
leaves the overflow bit (Part 4, 7.39.1) on the oldest value left.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable, Iterator

from asyncua import ua
from asyncua.server.internal_server import InternalServer
from asyncua.server.monitored_item_service import MonitoredItemService
from asyncua.server.subscription_service import SubscriptionService
from asyncua.ua.uaprotocol_auto import DataChangeFilter  # what is decoded: the class of that name in ua is a child of it

OVERFLOW = 0x0480
"""InfoType DataValue with the Overflow bit."""


class ReplayItems(MonitoredItemService):
    """The monitored items of one subscription."""

    _abandoned: dict[int, list[ua.MonitoredItemNotification]] | None = None

    async def datachange_callback(self, handle: int, value: ua.DataValue, error: ua.StatusCode | None = None) -> None:
        """Queue one sample for the next publish, if the item's filter lets it through."""
        if error is not None:
            await super().datachange_callback(handle, value, error)
            return
        number = self._monitored_datachange[handle]
        item = self._monitored_items[number]
        if item.mode == ua.MonitoringMode.Disabled:
            return
        if isinstance(item.filter, DataChangeFilter):
            if not _changed(item.mvalue.get_current_datavalue(), value, item.filter):
                return
            item.mvalue.current_dvalue = value
        waiting = self.isub._triggered_datachanges.get(number, [])
        if item.queue_size and len(waiting) >= item.queue_size:
            waiting.pop(0)
            if waiting:  # Part 4: a queue of one marks nothing
                waiting[0].Value = _marked(waiting[0].Value)
        notice = ua.MonitoredItemNotification(ua.IntegerId(item.client_handle or 0), value)
        await self.isub.enqueue_datachange_event(number, notice, 0)

    def is_full(self, handle: int) -> bool:
        """Whether one more sample would push one out of this item's queue, and the subscriber is worth waiting for."""
        queue = self.isub._triggered_datachanges
        number = self._monitored_datachange.get(handle)
        item = None if number is None else self._monitored_items.get(number)
        if item is None or number is None or queue is self._abandoned:
            return False
        return bool(item.queue_size) and len(queue.get(number, ())) >= item.queue_size

    def abandon(self) -> None:
        """Do not wait for this subscriber again before it has taken what is queued (publishing makes a new queue)."""
        self._abandoned = self.isub._triggered_datachanges

    def is_idle(self) -> bool:
        """Whether everything queued was sent, and everything sent was acknowledged."""
        return not self.isub._triggered_datachanges and not self.isub._not_acknowledged_results


class ReplaySubscriptions(SubscriptionService):
    """The subscription service of the simulator: each subscription watches through `ReplayItems`."""

    def __init__(self, iserver: InternalServer) -> None:
        super().__init__(iserver.aspace, iserver)

    async def create_subscription(
        self,
        params: ua.CreateSubscriptionParameters,
        callback: Callable[..., Awaitable[None]],
        session_id: ua.NodeId,
        request_callback: Callable[..., object] | None = None,
    ) -> ua.CreateSubscriptionResult:
        """Create a subscription; every sample of its items will go through `ReplayItems`."""
        result = await super().create_subscription(params, callback, session_id, request_callback)
        made = self.subscriptions[result.SubscriptionId]
        made.monitored_item_srv = ReplayItems(made, self.aspace)
        return result

    def items(self) -> Iterator[ReplayItems]:
        """Return the monitored items of each living subscription."""
        for made in tuple(self.subscriptions.values()):
            if isinstance(made.monitored_item_srv, ReplayItems):
                yield made.monitored_item_srv


def _marked(value: ua.DataValue) -> ua.DataValue:
    code = 0 if value.StatusCode is None else value.StatusCode.value
    return dataclasses.replace(value, StatusCode=ua.StatusCode(ua.UInt32(code | OVERFLOW)))


def _changed(old: ua.DataValue | None, new: ua.DataValue, wanted: DataChangeFilter) -> bool:
    """Tell a change as Part 4, 7.22.2 counts it, against the value last reported; with a deadband time does not count."""
    if old is None or old.StatusCode != new.StatusCode:
        return True
    if wanted.Trigger == ua.DataChangeTrigger.Status:
        return False
    before, after = (None if value.Value is None else value.Value.Value for value in (old, new))
    if wanted.DeadbandType == ua.DeadbandType.Absolute and isinstance(before, (int, float)) and isinstance(after, (int, float)):
        return bool(abs(after - before) > wanted.DeadbandValue)
    timed = wanted.Trigger == ua.DataChangeTrigger.StatusValueTimestamp
    return bool(before != after) or (timed and old.SourceTimestamp != new.SourceTimestamp)

"""Steps from state to state, with their guards."""

from __future__ import annotations

from smartfab.errors import TransitionRefused
from smartfab.improvements.register.attaching import Attaching
from smartfab.improvements.register.discussion import Discussion
from smartfab.improvements.register.guards import check_guards
from smartfab.improvements.register.interventions import Interventions
from smartfab.improvements.register.records import Improvement
from smartfab.improvements.register.states import BY_METHOD, FIELDED, check_step
from smartfab.improvements.register.texts import LONG, clean_text


class Workflow(Interventions, Discussion, Attaching):
    """Transition."""

    def transition(
        self, improvement_id: str, state: str, *, by: str, reason: str | None = None, version: int | None = None,
        entered_by: str | None = None, idempotency_key: str | None = None,
    ) -> Improvement:  # fmt: skip
        """Bring an improvement into a state.

        What rests on more than a word has a method of its own: planned (`freeze`), trial, applied and reverted
        (`intervened`), recognised (`decide`), and what only a measurement can say (`measure`). Where nothing is measured,
        applied may be said here, and means today.

        Parameters
        ----------
        improvement_id : str
            Which one.
        state : str
            Where to.
        by : str
            Who decides so.
        reason : str, optional
            Why; it must be said for returned, duplicate, refused and closed.
        version : int, optional
            The version that was read.
        entered_by : str, optional
            Who types it in.
        idempotency_key : str, optional
            The same key and request again do nothing more.

        Returns
        -------
        Improvement
            As it is now.

        Raises
        ------
        TransitionRefused
            If there is no such step, or a guard says no.
        StaleVersionError
            If the record has another version by now.
        """
        with self._deed(
            "transition", by=by, entered_by=entered_by, subject=improvement_id, key=idempotency_key,
            request=[improvement_id, state, reason, version],
        ) as deed:  # fmt: skip
            if not deed.repeated:
                item = self._read(deed.connection, improvement_id, version=version)
                said = clean_text(reason, "reason", most=LONG, optional=True)
                check_step(item.state, state, track=item.track, lane=item.lane, where=item.id)
                self._check_method(item, state)
                check_guards(deed, item, state, said)
                if state in FIELDED:
                    self._intervene(deed, item, at=self._today(), kind=_KIND_OF[state], note=said)
                else:
                    self._step(deed, item, state, reason=said)
            return self._read(deed.connection, improvement_id)

    def _check_method(self, item: Improvement, state: str) -> None:
        plainly = state in FIELDED and (item.track == "no_measurement" or item.lane == "small")
        if state in BY_METHOD and not plainly:
            raise TransitionRefused(
                f"{state} by word alone", where=item.id, expected=f"register.{BY_METHOD[state]}(…)", remedy="Call that instead."
            )


_KIND_OF = {"trial": "trial", "applied": "install", "reverted": "revert"}

"""Watches a release after it went live, and says when it must be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from blueprint.outputs import StackOutputs
from operations.alarms import Firing, Threshold, firing
from operations.metrics import Metric, Metrics

POLL_S = 15.0
LOOK_BACK = timedelta(minutes=15)
"""How long before a release its alarms may have looked; the longest of their periods is five."""

Tell = Callable[[str], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One release, looked at again and again for a while."""

    outputs: StackOutputs
    cloudwatch: Any
    released_at: datetime
    """When it went live: what functions did before is not its doing, whenever an alarm says so."""
    is_fresh: bool = False
    """Whether it went live just now, so that whatever fired since then is its doing."""
    on_aws: bool = True
    """An emulator counts errors by function, not by alias, and alarms of one fire for all."""
    sleep: Callable[[float], None] = field(default=time.sleep)
    clock: Callable[[], float] = field(default=time.monotonic)
    poll_s: float = POLL_S

    def until_one_fires(self, watch_s: float, tell: Tell) -> Firing | None:
        """Return the first alarm that this release set off; None where there was none to the end.

        Others in ALARM are named once: what fired before, and what fired for values that are older.
        """
        began = self.released_at if self.is_fresh else datetime.now(UTC)
        before = self._standing()
        if before:
            names = ", ".join(sorted({it.name for it in before}))
            tell(f"in ALARM before the watch began: {names}")
        if not self.on_aws:
            tell("errors are counted by function here: of every version, not of the alias alone")
        named, started = set(before), self.clock()
        while self.clock() - started < watch_s:
            for alarm in firing(self.outputs, self.cloudwatch):
                is_new = alarm not in before
                since = self.released_at if is_new else began
                if self._is_of_release(alarm, since, is_new=is_new):
                    return alarm
                if alarm not in named:
                    tell(f"passed over: {alarm.name} fired for what came before: {alarm.why}")
                named.add(alarm)
            left_s = max(0, round(watch_s - (self.clock() - started)))
            what = "no alarm" if len(named) == len(before) else "no alarm of this release"
            tell(f"{what}; {self._errors()} errors since it went live; {left_s} s to go")
            self.sleep(min(self.poll_s, max(0.0, watch_s - (self.clock() - started))))
        return None

    def _standing(self) -> tuple[Firing, ...]:
        found = firing(self.outputs, self.cloudwatch)
        if not self.is_fresh:
            return found
        return tuple(it for it in found if it.since is None or it.since < self.released_at)

    def _is_of_release(self, alarm: Firing, since: datetime, *, is_new: bool) -> bool:
        """Tell whether an alarm would have gone off by what came since that moment alone."""
        if alarm.crossed is None:
            return is_new
        after, before = self._values(alarm.crossed, since)
        if not after and not before:
            # What cannot be looked up is held against the release, where alarms can be believed.
            return is_new and self.on_aws
        if alarm.crossed.counts_events:
            return bool(after) and alarm.crossed.is_crossed_by(sum(after))
        stood = bool(before) and alarm.crossed.is_crossed_by(before[-1])
        return is_new and not stood and any(map(alarm.crossed.is_crossed_by, after))

    def _values(self, crossed: Threshold, since: datetime) -> tuple[list[float], list[float]]:
        minute = since.replace(second=0, microsecond=0)
        (after,) = self._metrics.values([crossed.metric], since, _soon())
        (before,) = self._metrics.values([crossed.metric], minute - LOOK_BACK, minute)
        return after, before

    def _errors(self) -> int:
        functions = self.outputs.functions.values()
        errors = [Metric.errors_of(it.name, it.alias) for it in functions]
        return round(sum(map(sum, self._metrics.values(errors, self.released_at, _soon()))))

    @property
    def _metrics(self) -> Metrics:
        return Metrics(cloudwatch=self.cloudwatch, by_alias=self.on_aws)


def _soon() -> datetime:
    # The end is exclusive, and values of this very minute count.
    return datetime.now(UTC) + timedelta(minutes=1)

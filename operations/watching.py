"""Watches a release after it went live, and says when it must be taken back."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from blueprint.outputs import StackOutputs
from operations.alarms import Firing, firing

POLL_S = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """One stack, looked at again and again for a while."""

    outputs: StackOutputs
    cloudwatch: Any
    sleep: Callable[[float], None] = field(default=time.sleep)
    clock: Callable[[], float] = field(default=time.monotonic)
    poll_s: float = POLL_S

    def until_one_fires(self, watch_s: float, tell: Callable[[str], None]) -> Firing | None:
        """Return the first alarm that goes off; None where all was quiet to the end.

        What was in ALARM when the watch began is none of this release's doing, and is only named.
        """
        before = {it.name for it in self._firing()}
        if before:
            tell(f"in ALARM before the watch began: {', '.join(sorted(before))}")
        started, began = self.clock(), datetime.now(UTC)
        while self.clock() - started < watch_s:
            fired = next((it for it in self._firing() if it.name not in before), None)
            left_s = max(0, round(watch_s - (self.clock() - started)))
            if fired is not None:
                return fired
            tell(f"no alarm; {self._errors(began)} errors since; {left_s} s to go")
            self.sleep(min(self.poll_s, max(0.0, watch_s - (self.clock() - started))))
        return None

    def _firing(self) -> tuple[Firing, ...]:
        return firing(self.outputs, self.cloudwatch)

    def _errors(self, began: datetime) -> int:
        end = datetime.now(UTC)
        start = began - timedelta(minutes=1)
        queries = [
            {
                "Id": f"errors{position}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": "AWS/Lambda",
                        "MetricName": "Errors",
                        "Dimensions": [{"Name": "FunctionName", "Value": it.name}],
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
            }
            for position, it in enumerate(self.outputs.functions.values())
        ]
        found = self.cloudwatch.get_metric_data(
            MetricDataQueries=queries, StartTime=start, EndTime=end
        )
        return round(sum(sum(result["Values"]) for result in found["MetricDataResults"]))

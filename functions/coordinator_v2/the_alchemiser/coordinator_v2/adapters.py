"""Sessions in DynamoDB, workers in Lambda, allocations from the packaged files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from the_alchemiser.coordinator_v2.domain import Job, Opening
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.session_record.day import DayLock, find_day, taking_day
from the_alchemiser.shared.session_record.partial import partials_of_session
from the_alchemiser.shared.session_record.rebalance import Rebalance, last_rebalances
from the_alchemiser.shared.session_record.session import Session, find_session, session_item
from the_alchemiser.shared.strategy_allocations import StrategyEntry, load_allocations
from the_alchemiser.shared.table import Table

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

RUN_ALLOWANCE = timedelta(hours=1)
"""A day is free again this long after its session's timeout, should nobody report the end."""


class SessionTable:
    """Sessions as items of the aggregation table."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def find(self, session_id: str) -> Session | None:
        """Read a session as it is now."""
        return find_session(self._table, session_id)

    def open(self, session: Session) -> Opening:
        """Write the session and take its day in one transaction."""
        lock = DayLock(
            as_of=session.as_of,
            session_id=session.session_id,
            free_at=session.timeout_at + RUN_ALLOWANCE,
        )
        parts = [
            self._table.putting_new(session_item(session)),
            taking_day(self._table, lock, self._clock.now()),
        ]
        if self._table.write_together(parts):
            return Opening.OPENED
        return Opening.EXISTS if self.find(session.session_id) else Opening.DAY_TAKEN

    def holder(self, as_of: date) -> str | None:
        """Read who holds the day."""
        lock = find_day(self._table, as_of)
        return None if lock is None else lock.session_id

    def reported(self, session_id: str) -> frozenset[str]:
        """Read what was reported to the session."""
        found = partials_of_session(self._table, session_id)
        return frozenset(partial.dsl_file for partial in found)

    def rebalances(self) -> Mapping[str, Rebalance]:
        """Read what strategies were last brought to."""
        return last_rebalances(self._table)


class LambdaWorkers:
    """One asynchronous invocation of the worker function for each job."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def start(self, job: Job) -> None:
        """Queue the invocation; Lambda repeats it should the worker fail for a moment."""
        with aws_errors(f"start the worker for {job.dsl_file}"):
            self._client.invoke(
                FunctionName=self._function,
                InvocationType="Event",
                Payload=json.dumps(payload(job)).encode(),
            )


class PackagedAllocations:
    """The allocations of a stage from the function's own package, or from two variables."""

    def __init__(self, root: Path, stage: str, environ: Mapping[str, str]) -> None:
        self._root = root
        self._stage = stage
        self._environ = environ

    def strategies(self) -> Sequence[StrategyEntry]:
        """Read them."""
        return load_allocations(self._root, self._stage, self._environ).entries


def payload(job: Job) -> dict[str, object]:
    """Return the JSON form of a job."""
    held = {} if job.held is None else {"held": _held(job.held)}
    return {
        "session_id": job.session_id,
        "correlation_id": job.session_id,
        "dsl_file": job.dsl_file,
        "allocation": f"{job.allocation:f}",
        "strategy_number": job.strategy_number,
        "total_strategies": job.total_strategies,
        "mode": "single_strategy",
        "as_of": job.as_of.isoformat(),
        **held,
    }


def _held(last: Rebalance) -> dict[str, object]:
    return {
        "as_of": last.as_of.isoformat(),
        "weights": {symbol: f"{weight:f}" for symbol, weight in last.weights.items()},
        "text_sha256": last.text_sha256,
    }

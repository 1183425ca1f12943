"""Sessions in DynamoDB, workers in Lambda, allocations from the packaged files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from the_alchemiser.coordinator_v2.domain import Job, Opening, Session
from the_alchemiser.shared.aws import aws_errors
from the_alchemiser.shared.clock import Clock
from the_alchemiser.shared.sessions import (
    KEPT,
    PARTIAL_PREFIX,
    SessionStatus,
    day_key,
    session_key,
)
from the_alchemiser.shared.strategy_allocations import StrategyEntry, load_allocations
from the_alchemiser.shared.table import Item, Table, encode

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
        """Read the session's METADATA."""
        item = self._table.get(session_key(session_id))
        return None if item is None else _session(item)

    def open(self, session: Session) -> Opening:
        """Write METADATA and the day's lock in one transaction."""
        parts = [self._table.putting_new(_item(session)), self._taking_day(session)]
        if self._table.write_together(parts):
            return Opening.OPENED
        return Opening.EXISTS if self.find(session.session_id) else Opening.DAY_TAKEN

    def holder(self, as_of: date) -> str | None:
        """Read the day's lock."""
        lock = self._table.get(day_key(as_of))
        return None if lock is None else str(lock["session_id"])

    def reported(self, session_id: str) -> frozenset[str]:
        """Read the session's STRATEGY items."""
        items = self._table.items(session_key(session_id)["PK"], PARTIAL_PREFIX)
        return frozenset(str(item["dsl_file"]) for item in items)

    def _taking_day(self, session: Session) -> dict[str, Any]:
        free_at = session.timeout_at + RUN_ALLOWANCE
        lock = {
            **day_key(session.as_of),
            "session_id": session.session_id,
            "free_at_s": int(free_at.timestamp()),
            # Kept for the sweep, which tells of runs that nobody saw the end of.
            "TTL": int((free_at + KEPT).timestamp()),
        }
        return {
            "Put": {
                "TableName": self._table.name,
                "Item": encode(lock),
                "ConditionExpression": "attribute_not_exists(PK) OR free_at_s < :now",
                "ExpressionAttributeValues": encode({":now": int(self._clock.now().timestamp())}),
            }
        }


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
    return {
        "session_id": job.session_id,
        "correlation_id": job.session_id,
        "dsl_file": job.dsl_file,
        "allocation": f"{job.allocation:f}",
        "strategy_number": job.strategy_number,
        "total_strategies": job.total_strategies,
        "mode": "single_strategy",
        "as_of": job.as_of.isoformat(),
    }


def _item(session: Session) -> Item:
    return {
        **session_key(session.session_id),
        "session_id": session.session_id,
        "correlation_id": session.session_id,
        "total_strategies": len(session.strategies),
        "completed_strategies": 0,
        "status": str(SessionStatus.PENDING),
        "as_of": session.as_of.isoformat(),
        "created_at": session.created_at.isoformat(),
        "timeout_at": session.timeout_at.isoformat(),
        "TTL": int((session.created_at + KEPT).timestamp()),
        "strategy_configs": [
            {"dsl_file": strategy.file, "allocation": strategy.allocation}
            for strategy in session.strategies
        ],
    }


def _session(item: Item) -> Session:
    return Session(
        session_id=item["session_id"],
        as_of=date.fromisoformat(item["as_of"]),
        created_at=datetime.fromisoformat(item["created_at"]),
        timeout_at=datetime.fromisoformat(item["timeout_at"]),
        strategies=tuple(
            StrategyEntry(file=config["dsl_file"], allocation=config["allocation"])
            for config in item["strategy_configs"]
        ),
        status=SessionStatus(item["status"]),
    )

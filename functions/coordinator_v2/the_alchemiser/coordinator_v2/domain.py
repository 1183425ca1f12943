"""A session, and the jobs that it hands out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from types import MappingProxyType

from the_alchemiser.shared.session_record.rebalance import Rebalance
from the_alchemiser.shared.session_record.session import Session
from the_alchemiser.shared.strategy_allocations import StrategyEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What one worker is asked to do."""

    session_id: str
    dsl_file: str
    allocation: Decimal
    strategy_number: int
    total_strategies: int
    as_of: date
    held: Rebalance | None = None
    """What the strategy was last brought to."""


NOTHING_HELD: Mapping[str, Rebalance] = MappingProxyType({})


class Opening(Enum):
    """What came of opening a session."""

    OPENED = "opened"
    EXISTS = "exists"
    DAY_TAKEN = "day_taken"


def new_session(
    session_id: str,
    as_of: date,
    strategies: Sequence[StrategyEntry],
    now: datetime,
    timeout: timedelta,
) -> Session:
    """Return the session to open."""
    return Session(
        session_id=session_id,
        as_of=as_of,
        created_at=now,
        timeout_at=now + timeout,
        strategies=tuple(strategies),
    )


def jobs(
    session: Session, reported: Iterable[str] = (), held: Mapping[str, Rebalance] = NOTHING_HELD
) -> tuple[Job, ...]:
    """Return the jobs whose strategies have not reported yet, numbered by the session."""
    done = frozenset(reported)
    return tuple(
        Job(
            session_id=session.session_id,
            dsl_file=strategy.file,
            allocation=strategy.allocation,
            strategy_number=number,
            total_strategies=len(session.strategies),
            as_of=session.as_of,
            held=held.get(strategy.file),
        )
        for number, strategy in enumerate(session.strategies, start=1)
        if strategy.file not in done
    )

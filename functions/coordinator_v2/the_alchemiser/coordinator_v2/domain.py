"""A session, and the jobs that it hands out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum

from the_alchemiser.shared.sessions import SessionStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """One strategy file and its part of the money."""

    dsl_file: str
    allocation: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One run's strategies and how long it waits for them."""

    session_id: str
    as_of: date
    created_at: datetime
    timeout_at: datetime
    shares: tuple[Share, ...]
    status: SessionStatus = SessionStatus.PENDING


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What one worker is asked to do."""

    session_id: str
    dsl_file: str
    allocation: Decimal
    strategy_number: int
    total_strategies: int
    as_of: date


class Opening(Enum):
    """What came of opening a session."""

    OPENED = "opened"
    EXISTS = "exists"
    DAY_TAKEN = "day_taken"


def new_session(
    session_id: str, as_of: date, shares: Sequence[Share], now: datetime, timeout: timedelta
) -> Session:
    """Return the session to open."""
    return Session(
        session_id=session_id,
        as_of=as_of,
        created_at=now,
        timeout_at=now + timeout,
        shares=tuple(shares),
    )


def jobs(session: Session, reported: Iterable[str] = ()) -> tuple[Job, ...]:
    """Return the jobs whose strategies have not reported yet, numbered by the session."""
    done = frozenset(reported)
    return tuple(
        Job(
            session_id=session.session_id,
            dsl_file=share.dsl_file,
            allocation=share.allocation,
            strategy_number=number,
            total_strategies=len(session.shares),
            as_of=session.as_of,
        )
        for number, share in enumerate(session.shares, start=1)
        if share.dsl_file not in done
    )

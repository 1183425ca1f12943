"""A claim is granted once, and again only when its holder died."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from tests.cloud import Cloud
from tests.fakes import FixedClock, MemoryClaims
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.idempotency import LEASE, REMEMBERED, Claim, DynamoClaims, once
from the_alchemiser.shared.table import Table


@pytest.fixture
def table(cloud: Cloud) -> Table:
    return cloud.table()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def claims(table: Table, clock: FixedClock) -> DynamoClaims:
    return DynamoClaims(table, "MAIL", clock)


class TestDynamoClaims:
    def test_grants_the_first_and_holds_the_second(self, claims: DynamoClaims) -> None:
        assert claims.take("event-1") is Claim.GRANTED
        assert claims.take("event-1") is Claim.HELD
        assert claims.take("event-2") is Claim.GRANTED

    def test_done_stays_done_past_the_lease(self, claims: DynamoClaims, clock: FixedClock) -> None:
        claims.take("event-1")
        claims.complete("event-1")
        clock.advance(seconds=LEASE.total_seconds() * 10)
        assert claims.take("event-1") is Claim.DONE

    def test_a_released_claim_is_free(self, claims: DynamoClaims) -> None:
        claims.take("event-1")
        claims.release("event-1")
        assert claims.take("event-1") is Claim.GRANTED

    def test_a_dead_holder_is_replaced_after_the_lease(
        self, claims: DynamoClaims, clock: FixedClock
    ) -> None:
        claims.take("event-1")
        clock.advance(seconds=LEASE.total_seconds())
        assert claims.take("event-1") is Claim.HELD
        clock.advance(seconds=1)
        assert claims.take("event-1") is Claim.GRANTED

    def test_a_slow_holder_does_not_release_its_successors_claim(
        self, table: Table, clock: FixedClock
    ) -> None:
        slow = DynamoClaims(table, "MAIL", clock)
        slow.take("event-1")
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert DynamoClaims(table, "MAIL", clock).take("event-1") is Claim.GRANTED
        slow.release("event-1")
        assert slow.take("event-1") is Claim.HELD

    def test_what_was_done_is_forgotten_in_the_end(
        self, claims: DynamoClaims, clock: FixedClock
    ) -> None:
        claims.take("event-1")
        claims.complete("event-1")
        clock.advance(seconds=REMEMBERED.total_seconds() + 1)
        assert claims.take("event-1") is Claim.GRANTED

    def test_many_at_once_one_is_granted(self, table: Table, clock: FixedClock) -> None:
        barrier = Barrier(8)
        answers: list[Claim] = []

        def ask() -> None:
            barrier.wait()
            answers.append(DynamoClaims(table, "MAIL", clock).take("event-1"))

        threads = [Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(answer.value for answer in answers) == ["granted"] + ["held"] * 7


class TestOnce:
    def test_does_the_work_a_single_time(self) -> None:
        claims, done = MemoryClaims(), []
        assert once(claims, "x", lambda: done.append(1) or "made") == "made"  # type: ignore[func-returns-value]
        assert once(claims, "x", lambda: "made again") is None
        assert done == [1]

    def test_leaves_work_to_whoever_is_at_it(self) -> None:
        claims = MemoryClaims()
        claims.take("x")
        with pytest.raises(TransientError, match="in progress"):
            once(claims, "x", lambda: "made")

    def test_failed_work_can_be_done_again(self) -> None:
        claims = MemoryClaims()

        def fail() -> str:
            raise TransientError("no")

        with pytest.raises(TransientError):
            once(claims, "x", fail)
        assert once(claims, "x", lambda: "made") == "made"

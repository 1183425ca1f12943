"""One trade, from its message to its orders, its lots and its event.

Every step finds what an earlier delivery left and goes on from there: nothing is ordered, booked,
counted or reserved twice, whatever is repeated and wherever the one before was cut off.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal

from the_alchemiser.execution_v2.attempt import Intent
from the_alchemiser.execution_v2.closing_reason import closed_before
from the_alchemiser.execution_v2.corporate_actions import CorporateActions
from the_alchemiser.execution_v2.limit_ladder import LimitLadder
from the_alchemiser.execution_v2.phases import Phases
from the_alchemiser.execution_v2.ports import Broker, Ledger
from the_alchemiser.execution_v2.position_reconciliation import PositionReconciliation
from the_alchemiser.execution_v2.pricing import step_of
from the_alchemiser.execution_v2.run_progress import RunProgress
from the_alchemiser.execution_v2.session_clock import SessionClock
from the_alchemiser.execution_v2.trade_events import TradeEvents
from the_alchemiser.execution_v2.trade_orders import attempts_at, book
from the_alchemiser.execution_v2.trade_result import Goal, result_of
from the_alchemiser.execution_v2.trade_sizing import NothingWhole, TradeSizing, whole_only
from the_alchemiser.execution_v2.trade_store import TradeStore
from the_alchemiser.shared.broker import Asset
from the_alchemiser.shared.broker_errors import BrokerRefused
from the_alchemiser.shared.errors import (
    AlchemiserError,
    ConfigurationError,
    PermanentError,
    TransientError,
)
from the_alchemiser.shared.logs import bind_run, get_logger
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import CENT
from the_alchemiser.shared.run_record.run import Run
from the_alchemiser.shared.run_record.states import RunStatus, TradeStatus
from the_alchemiser.shared.run_record.trade import TradeRecord, TradeResult
from the_alchemiser.shared.trade_message import TradeMessage

EQUITY_CIRCUIT_BREAKER = "EQUITY_CIRCUIT_BREAKER"
MARKET_CLOSED = "MARKET_CLOSED"
REFUSED = "BROKER_REFUSED"
NEARLY_ALL = Decimal("0.99")
"""Part of a purchase's dollars from which on nothing needs to be said of the rest."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TradeExecutor:
    """Executes trades and moves their run along."""

    broker: Broker
    trades: TradeStore
    progress: RunProgress
    phases: Phases
    events: TradeEvents
    sizing: TradeSizing
    ladder: LimitLadder
    ledger: Ledger
    actions: CorporateActions
    reconciliation: PositionReconciliation

    def execute(self, message: TradeMessage) -> None:
        """Bring one trade to its end; a failure that may pass is raised, to be delivered again."""
        bind_run(message.correlation_id, message.trade_id)
        try:
            self._execute(message)
        except TransientError as error:
            self.trades.note_error(message, str(error))
            raise
        except (BrokerRefused, ConfigurationError) as error:
            # Nothing more can be done before a person does something, so tell them now. What was
            # ordered meanwhile is booked by a later delivery, or after a redrive.
            self.trades.note_error(message, str(error))
            run = self.progress.fail(message.run_id, REFUSED, str(error))
            self.events.tell_failure(run)
            raise

    def _execute(self, message: TradeMessage) -> None:
        record = self.trades.read(message.run_id, message.trade_id)
        if not record.status.is_final and self.trades.start(message):
            result = self._measured(self._carry_out(record))
            record = self.trades.decide(record.message, result)
            get_logger().info("trade_decided", status=record.status, note=result.note)
        elif not record.status.is_final:
            record = self.trades.read(message.run_id, message.trade_id)
        self._conclude(record)

    def _carry_out(self, record: TradeRecord) -> TradeResult:
        message = record.message
        run = self.progress.read(message.run_id)
        is_resumed = record.intended_quantity is not None
        if run.status.is_final and not is_resumed:
            return _failed(message, f"the run had {run.status.lower()} before the trade began")
        session = self._session()
        if not session.is_open and not is_resumed:
            return _failed(message, self._end_at_close(message))
        if message.phase is Side.BUY and not run.status.is_final:
            refusal = self._reserve(message, run)
            if refusal:
                return _failed(message, refusal)
        difference = None if is_resumed else self._difference(message, session)
        budget = _budget(message, run)
        try:
            asset = self._asset(message, is_resumed=is_resumed)
            quantity = record.intended_quantity or self.trades.pin_quantity(
                message, self.sizing.quantity(message, budget, asset, session)
            )
        except NothingWhole as kept:
            return TradeResult(status=TradeStatus.COMPLETED, is_skipped=True, note=str(kept))
        except PermanentError as error:
            return _failed(message, str(error))
        goal = Goal(message=message, quantity=quantity, budget=budget, step=step_of(asset))
        intent = Intent(
            trade_id=message.trade_id,
            symbol=message.symbol,
            side=message.action,
            session=session,
            quantity=None if goal.is_in_dollars else quantity,
            budget=budget if message.action is Side.BUY else None,
            quantity_step=goal.step,
            is_resumed=is_resumed,
            may_place=session.is_open and not run.status.is_final,
        )
        attempts = attempts_at(self.ladder, intent)
        book(self.ledger, message, attempts)
        result = result_of(goal, attempts)
        if not session.is_open and result.note is not None:
            self._end_at_close(message)
        return _noted(result, difference, self._rest(message, asset), _cut(message, budget))

    def _asset(self, message: TradeMessage, *, is_resumed: bool) -> Asset:
        try:
            return self.broker.asset(message.symbol)
        except PermanentError:
            if not is_resumed:
                raise
            # Orders that were placed are booked also if their symbol is gone meanwhile.
            return Asset(symbol=message.symbol, is_tradable=False, is_fractionable=True)

    def _session(self) -> SessionClock:
        # Without its clock nobody knows whether the broker would trade or queue an order.
        waiting = self.ladder.waiting
        return SessionClock(read=self.broker.clock(), read_at_s=waiting.now_s(), waiting=waiting)

    def _end_at_close(self, message: TradeMessage) -> str:
        """Fail a run that the close has overtaken; give what of it is not done."""
        reason = closed_before(self.trades.of_run(message.run_id))
        self.progress.fail(message.run_id, MARKET_CLOSED, reason)
        return reason

    def _difference(self, message: TradeMessage, session: SessionClock) -> str | None:
        """Say what splits and the like leave unexplained between lots and position.

        While nobody can say whether it is a split, the trade waits: booked into lots that one has
        not reached, its profit would be wrong for ever.
        """
        unknown = self.actions.bring_up_to(session.now.date())
        difference = self.reconciliation.difference(message.symbol)
        if difference is not None and unknown is not None:
            raise TransientError(f"{message.symbol}: {difference}; {unknown}")
        return difference

    def _rest(self, message: TradeMessage, asset: Asset) -> str | None:
        """Name what an exit leaves because only whole shares are traded."""
        if not message.is_full_liquidation or asset.is_fractionable:
            return None
        left = self.sizing.held(message.symbol)
        return whole_only(left) if 0 < left < 1 else None

    def _reserve(self, message: TradeMessage, run: Run) -> str | None:
        if self.progress.reserve(message):
            return None
        run = self.progress.read(message.run_id)
        if run.status is RunStatus.SELL_PHASE:
            raise TransientError(f"{message.symbol}: the sells of run {run.run_id} are not done")
        if run.status is not RunStatus.BUY_PHASE:
            return f"the run had {run.status.lower()} before the trade began"
        reason = (
            f"buying {message.symbol} for ${message.planned_usd} would bring the run's buys "
            f"to ${run.bought + message.planned_usd}, at most ${run.buy_limit} is allowed"
        )
        self.progress.fail(run.run_id, EQUITY_CIRCUIT_BREAKER, reason)
        return reason

    def _conclude(self, record: TradeRecord) -> None:
        if record.result is None:
            raise PermanentError(f"trade {record.message.trade_id} is decided without a result")
        message = record.message
        run = self.progress.count(message, record.result)
        run = self.phases.advance(run, message.trade_id)
        self.events.tell_failure(run)
        if record.result.order_ids or run.status is not RunStatus.FAILED:
            self.events.tell_trade(record)

    def _measured(self, result: TradeResult) -> TradeResult:
        """Add how much of the account's equity is deployed now, if the trade placed any order."""
        if not result.order_ids:
            return result
        try:
            account = self.broker.account()
        except AlchemiserError as error:
            get_logger().warning("account_unavailable", reason=str(error))
            return result
        return replace(result, capital_deployed_pct=account.capital_deployed_pct)


def _failed(message: TradeMessage, reason: str) -> TradeResult:
    return TradeResult(
        status=TradeStatus.FAILED,
        unexecuted_amount=message.planned_usd,
        note=reason,
    )


def _budget(message: TradeMessage, run: Run) -> Decimal:
    """Give the dollars that a trade may come to: what it is planned for, or is money for."""
    planned = message.planned_usd
    if message.phase is Side.SELL:
        return planned
    return (planned * run.funded_part).quantize(CENT, ROUND_DOWN)


def _cut(message: TradeMessage, budget: Decimal) -> str | None:
    planned = message.planned_usd
    if budget >= planned * NEARLY_ALL:
        return None
    return f"cut from ${planned} to ${budget}, for the sells brought in less than planned"


def _noted(result: TradeResult, *notes: str | None) -> TradeResult:
    for note in notes:
        if note is not None:
            result = result.noting(note)
    return result

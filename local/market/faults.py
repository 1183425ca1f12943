"""What the market can be told to do wrong."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class FaultKind(StrEnum):
    """Kinds of misbehaviour."""

    LATENCY = "latency"
    """Answer after `value` seconds, as when connections timed out all day:
    https://github.com/alpacahq/Alpaca-API/issues/123"""
    STATUS = "status"
    """Answer with HTTP status `value` and do nothing: 502 and 504 on days of trouble,
    https://github.com/alpacahq/Alpaca-API/issues/104; 401 and 403 for keys that are refused,
    https://github.com/alpacahq/alpaca-py/pull/391"""
    STATUS_AFTER = "status_after"
    """Do what was asked, and answer with HTTP status `value` all the same: the order exists,
    https://github.com/bennycode/trading-signals/pull/1178"""
    GARBLED = "garbled"
    """Answer 200 with something else than was asked for, as what stands before an API may:
    https://github.com/exa-labs/exa-py/issues/233"""
    DROP = "drop"
    """Close the connection without an answer and do nothing:
    https://github.com/alpacahq/alpaca-trade-api-python/issues/297"""
    DROP_AFTER = "drop_after"
    """Do what was asked, then close the connection without an answer: who asked sees the same."""
    SLOW_ANSWER = "slow_answer"
    """Do what was asked, and answer `value` seconds later: a gateway that gives up first answers
    504 (the thread named under `status`)."""

    PARTIAL_FILL = "partial_fill"
    """Fill the part `value` of an order, none for 0; the rest stays open (partially_filled):
    https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle"""
    LATE_FILL = "late_fill"
    """Fill an order only after it was read `value` times: it is `new` until then (same page)."""
    LATE_LOOKUP = "late_lookup"
    """Answer 404 the first `value` times that an order is looked up by its client order id:
    https://github.com/hootnot/oanda-api-v20/issues/204,
    https://github.com/bennycode/trading-signals/pull/1178"""
    FILL_ON_CANCEL = "fill_on_cancel"
    """Fill an order whole while its cancel is under way; a cancel is only a request:
    https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle"""
    IGNORE_CANCEL = "ignore_cancel"
    """Take a cancel and leave the order at pending_cancel (same page)."""
    REFUSE_CANCEL = "refuse_cancel"
    """Answer a cancel with HTTP status `value` although the order is open: 422 where its status is
    not cancelable, https://docs.alpaca.markets/reference/deleteorderbyorderid"""
    REFUSE_DAY_TRADE = "refuse_day_trade"
    """Deny an order that would make a pattern day trader of an account below $25,000:
    https://docs.alpaca.markets/docs/user-protection#pattern-day-trader-pdt-protection-at-alpaca"""
    REFUSE = "refuse"
    """Answer an order with 403 and a reason that has nothing to do with money: Forbidden,
    https://docs.alpaca.markets/reference/postorder"""
    REFUSE_FUNDS = "refuse_funds"
    """Say of an order that there is too little money or too few shares for it, as when a price
    collar or another order holds more than its own price."""
    REJECT = "reject"
    """Take an order and reject it (rejected, on the page of the order's lifecycle)."""
    MOVE = "move"
    """Let the true price become `value` times what it is, the moment an order comes in: why the
    broker holds market orders in a collar, and fills of them differ from what was asked for,
    https://alpaca.markets/support/why-do-i-see-a-discrepancy-between-the-notional-value-requested-and-the-order-value-ultimately-filled
    """

    STALE_QUOTE = "stale_quote"
    """Quote prices that are `value` seconds old: https://github.com/iexg/IEX-API/issues/858"""
    NO_QUOTE = "no_quote"
    """Leave the symbol out of an answer: https://github.com/alpacahq/alpaca-py/issues/157"""
    NO_BID = "no_bid"
    """Quote no bid: https://github.com/alpacahq/alpaca-trade-api-js/issues/129"""
    NO_ASK = "no_ask"
    """Quote no ask (same thread)."""
    LOW_BID = "low_bid"
    """Quote a bid of the part `value` of the true price:
    https://github.com/alpacahq/alpaca-py/issues/475"""
    CROSSED_QUOTE = "crossed_quote"
    """Quote a bid above the ask, `value` times the true price:
    https://github.com/ezhulenev/scala-openbook/issues/9"""
    FAR_OFF_QUOTE = "far_off_quote"
    """Quote both sides at `value` times the true price:
    https://github.com/Petersoj/alpaca-java/issues/91"""


QUOTE_FAULTS = (
    *(FaultKind.STALE_QUOTE, FaultKind.NO_BID, FaultKind.NO_ASK),
    *(FaultKind.LOW_BID, FaultKind.CROSSED_QUOTE, FaultKind.FAR_OFF_QUOTE),
)


class Fault(BaseModel):
    """One rule: what goes wrong, where, and how often."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: FaultKind
    method: str = "*"
    path: str = ""
    """Beginning of the path."""
    symbol: str | None = None
    value: Decimal = Decimal(0)
    count: int = Field(default=1, ge=1)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    left: int


class Faults:
    """The rules that are armed; each fires `count` times and is gone."""

    def __init__(self) -> None:
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault) -> None:
        """Add a rule."""
        self._armed.append(_Armed(fault, fault.count))

    def clear(self) -> None:
        """Forget every rule."""
        self._armed.clear()

    @property
    def armed(self) -> tuple[Fault, ...]:
        """Rules that have not fired as often as they will."""
        return tuple(each.fault.model_copy(update={"count": each.left}) for each in self._armed)

    def take(
        self, kind: FaultKind, *, method: str = "*", path: str = "", symbol: str | None = None
    ) -> Fault | None:
        """Return the first rule that applies and count it as fired."""
        for armed in self._armed:
            fault = armed.fault
            if (
                fault.kind is kind
                and fault.method in ("*", method)
                and path.startswith(fault.path)
                and fault.symbol in (None, symbol)
            ):
                armed.left -= 1
                if not armed.left:
                    self._armed.remove(armed)
                return fault
        return None

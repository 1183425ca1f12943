"""Alpaca's models as our values: strings and floats become exact decimals here."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import MappingProxyType

from alpaca.data.models import Quote as AlpacaQuote
from alpaca.data.models import Snapshot
from alpaca.data.models import corporate_actions as actions
from alpaca.trading import models
from alpaca.trading.enums import OrderSide, OrderStatus, PositionSide

from the_alchemiser.shared.broker import (
    Account,
    Asset,
    MarketClock,
    MarketView,
    Order,
    OrderState,
    Position,
    Quote,
)
from the_alchemiser.shared.lot_actions import ActionKind, CorporateAction
from the_alchemiser.shared.lots import NOTHING, Side

STATES = MappingProxyType(
    {
        OrderStatus.FILLED: OrderState.FILLED,
        OrderStatus.CANCELED: OrderState.CANCELED,
        OrderStatus.REPLACED: OrderState.CANCELED,
        OrderStatus.EXPIRED: OrderState.EXPIRED,
        OrderStatus.DONE_FOR_DAY: OrderState.EXPIRED,
        OrderStatus.REJECTED: OrderState.REJECTED,
        OrderStatus.NEW: OrderState.WORKING,
        OrderStatus.PARTIALLY_FILLED: OrderState.WORKING,
        OrderStatus.PENDING_CANCEL: OrderState.WORKING,
        OrderStatus.PENDING_REPLACE: OrderState.WORKING,
        OrderStatus.PENDING_REVIEW: OrderState.WORKING,
        OrderStatus.ACCEPTED: OrderState.WORKING,
        OrderStatus.PENDING_NEW: OrderState.WORKING,
        OrderStatus.ACCEPTED_FOR_BIDDING: OrderState.WORKING,
        OrderStatus.STOPPED: OrderState.WORKING,
        OrderStatus.SUSPENDED: OrderState.WORKING,
        OrderStatus.CALCULATED: OrderState.WORKING,
        OrderStatus.HELD: OrderState.WORKING,
    }
)
"""Every status of https://docs.alpaca.markets/docs/orders-at-alpaca#order-lifecycle."""

BLOCKS = ("trading_blocked", "account_blocked", "trade_suspended_by_user")
"""Flags under any of which an account places no order."""

SIDES = MappingProxyType({Side.BUY: OrderSide.BUY, Side.SELL: OrderSide.SELL})


def decimal(value: object) -> Decimal:
    """Read a number in its shortest decimal form; what is no finite number is refused."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"expected a finite number, found {value!r}")
    return number


def optional(value: object) -> Decimal | None:
    """Read a number that may be absent."""
    return None if value is None or value == "" else decimal(value)


def account_of(account: models.TradeAccount) -> Account:
    """Read the account's money."""
    return Account(
        cash=decimal(account.cash),
        equity=decimal(account.equity),
        buying_power=decimal(account.buying_power),
        multiplier=optional(account.multiplier) or Decimal(1),
        long_market_value=optional(account.long_market_value) or Decimal(0),
        regt_buying_power=optional(account.regt_buying_power),
        initial_margin=optional(account.initial_margin),
        maintenance_margin=optional(account.maintenance_margin),
        currency=account.currency or "USD",
        status=account.status.value,
        blocks=tuple(name for name in BLOCKS if getattr(account, name)),
    )


def position_of(position: models.Position) -> Position:
    """Read a holding; Alpaca signs a short one in some answers and only names it in others."""
    quantity = abs(decimal(position.qty))
    value = optional(position.market_value)
    sign = -1 if position.side is PositionSide.SHORT else 1
    return Position(
        symbol=position.symbol,
        quantity=sign * quantity,
        market_value=None if value is None else sign * abs(value),
    )


def quote_of(quote: AlpacaQuote) -> Quote:
    """Translate the SDK's quote; a side that nobody quotes stays zero."""
    return Quote(
        symbol=quote.symbol,
        bid=decimal(quote.bid_price),
        ask=decimal(quote.ask_price),
        at=quote.timestamp,
    )


def view_of(snapshot: Snapshot) -> MarketView:
    """Read what the market shows of a symbol."""
    quote, trade, before = (
        snapshot.latest_quote,
        snapshot.latest_trade,
        snapshot.previous_daily_bar,
    )
    return MarketView(
        quote=quote_of(quote) if quote else None,
        last_trade=decimal(trade.price) if trade else None,
        traded_at=trade.timestamp if trade else None,
        previous_close=decimal(before.close) if before else None,
    )


def clock_of(clock: models.Clock) -> MarketClock:
    """Read the market's clock."""
    return MarketClock(now=clock.timestamp, is_open=clock.is_open, closes_at=clock.next_close)


def action_of(action: actions.CorporateAction) -> CorporateAction | None:
    """Read what a company did, or nothing if it is of a kind that changes no shares here."""
    if isinstance(action, actions.ForwardSplit | actions.ReverseSplit):
        return _split(action, decimal(action.new_rate) / decimal(action.old_rate))
    if isinstance(action, actions.StockDividend):
        return _split(action, 1 + decimal(action.rate))
    if isinstance(action, actions.CashDividend):
        return CorporateAction(
            action_id=str(action.id),
            kind=ActionKind.DIVIDEND,
            symbol=action.symbol,
            day=action.ex_date,
            per_share=decimal(action.rate),
        )
    if isinstance(action, actions.NameChange):
        return CorporateAction(
            action_id=str(action.id),
            kind=ActionKind.RENAME,
            symbol=action.old_symbol,
            day=action.process_date,
            new_symbol=action.new_symbol,
        )
    return _merger_of(action)


def _merger_of(action: actions.CorporateAction) -> CorporateAction | None:
    """Read what becomes of the shares of a company that is gone."""
    if isinstance(action, actions.StockMerger):
        return _merger(action, action.acquiree_symbol, action.effective_date, stock=action)
    if isinstance(action, actions.StockAndCashMerger):
        cash = decimal(action.cash_rate) / decimal(action.acquiree_rate)
        return _merger(action, action.acquiree_symbol, action.effective_date, cash, stock=action)
    if isinstance(action, actions.CashMerger):
        cash = decimal(action.rate)
        return _merger(action, action.acquiree_symbol, action.effective_date, cash)
    if isinstance(action, actions.Redemption):
        return _merger(action, action.symbol, action.process_date, decimal(action.rate))
    if isinstance(action, actions.WorthlessRemoval):
        return _merger(action, action.symbol, action.process_date)
    return None


def _merger(
    action: actions.CorporateAction,
    symbol: str,
    day: date,
    cash: Decimal = NOTHING,
    stock: actions.StockMerger | actions.StockAndCashMerger | None = None,
) -> CorporateAction:
    ratio = decimal(stock.acquirer_rate) / decimal(stock.acquiree_rate) if stock else NOTHING
    return CorporateAction(
        action_id=str(action.id),
        kind=ActionKind.MERGER,
        symbol=symbol,
        day=day,
        ratio=ratio,
        per_share=cash,
        new_symbol=stock.acquirer_symbol if stock else None,
    )


def _split(
    action: actions.ForwardSplit | actions.ReverseSplit | actions.StockDividend, ratio: Decimal
) -> CorporateAction:
    return CorporateAction(
        action_id=str(action.id),
        kind=ActionKind.SPLIT,
        symbol=action.symbol,
        day=action.ex_date,
        ratio=ratio,
    )


def asset_of(asset: models.Asset) -> Asset:
    """Read what may be done with a symbol."""
    return Asset(
        symbol=asset.symbol, is_tradable=asset.tradable, is_fractionable=asset.fractionable
    )


def order_of(order: models.Order) -> Order:
    """Translate the SDK's order; ValueError for one of several legs, which has no symbol."""
    if order.symbol is None or order.side is None:
        raise ValueError(f"expected an order of one symbol, found order {order.id} without")
    return Order(
        order_id=str(order.id),
        client_order_id=order.client_order_id,
        symbol=order.symbol,
        side=Side(order.side.value.upper()),
        state=STATES[order.status],
        quantity=optional(order.qty) or Decimal(0),
        filled_quantity=optional(order.filled_qty) or Decimal(0),
        filled_price=optional(order.filled_avg_price),
        order_type=order.type.value if order.type else "unknown",
        updated_at=order.filled_at or order.updated_at,
        replaced_by=None if order.replaced_by is None else str(order.replaced_by),
    )

"""Days on a market on which anything goes wrong at random, and what must hold on each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from local.market.bars import Restatement
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from local.market.terms import Terms
from tests.functions.trading_day import TradingDay
from tests.functions.trading_world import World
from the_alchemiser.shared.broker_order_ids import client_order_id
from the_alchemiser.shared.ledger.filled_order import order_of
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.run_record.trade import TradeRecord

SYMBOLS = ("AAPL", "JPM", "KO", "MTUM", "PG")
PATHS = (
    *("/v2/account", "/v2/positions", "/v2/clock", "/v2/assets", "/v2/stocks"),
    *("/v1/corporate-actions", "/v2/orders"),
)
Faults = tuple[Fault, ...]
CENT, NOTHING = Decimal("0.01"), Decimal(0)
IDLE = Decimal("0.03")
"""Part of the equity that may lie idle under a mail of success: limits and parts of a share."""


@dataclass
class FaultyMarket:
    """A world whose market is told each morning what to do wrong."""

    world: World
    random: Random
    days: list[str] = field(default_factory=list)
    """What happened, for whoever reads of a failure."""

    def open(self) -> None:
        """Choose the kind of account."""
        terms = Terms(multiplier=Decimal(self.random.choice((1, 1, 2, 4))))
        self.world.alpaca.market.terms = terms
        for symbol in self.random.sample(SYMBOLS, 2):
            self.world.alpaca.tape.change(symbol, is_fractionable=self.random.random() < 0.5)

    def trade(self, day: date) -> TradingDay:
        """Trade one day with faults before and amid the run, and hold it to what must be."""
        market = self.world.alpaca.market
        market.move_to(trading_moment(day))
        self.world.clock.moment = market.now
        before = self.world.alpaca.cash
        made = TradingDay(self.world, correlation_id=f"workflow-{day}")
        made.heard = len(self.world.publisher.events)
        targets = self._targets()
        self._arm()
        if made.plan(targets):
            self._arm()
            self._halt()
            made.execute()
        market.faults.clear()
        for symbol in SYMBOLS:
            market.tape.resume(symbol)
        self.days.append(f"{day}: {targets} {made.refusal or [m.subject for m in made.mails]}")
        self._check(made, before)
        return made

    def act(self, day: date) -> None:
        """Announce that a share pays one per cent of its price, or is split, sometimes."""
        symbol, chance = self.random.choice(SYMBOLS), self.random.random()
        if chance < 0.3:
            paid = Restatement(symbol=symbol, day=day, ratio=1 / Decimal("0.99"), is_dividend=True)
            self.world.alpaca.market.announce(paid)
        elif chance < 0.5:
            ratio = Decimal(self.random.choice(("20", "3", "1.5", "0.2", "0.1")))
            self.days.append(f"  {symbol} is split by {ratio} before {day}")
            self.world.alpaca.market.announce(Restatement(symbol=symbol, day=day, ratio=ratio))

    # --- What goes wrong --------------------------------------------------------------------------

    def _targets(self) -> dict[str, str]:
        chosen = self.random.sample(SYMBOLS, self.random.randint(1, 4))
        parts = [self.random.randint(1, 5) for _ in chosen]
        rounded = {
            symbol: (Decimal(part) / sum(parts)).quantize(CENT)
            for symbol, part in zip(chosen, parts, strict=True)
        }
        rounded[chosen[0]] += 1 - sum(rounded.values(), NOTHING)
        return {symbol: str(weight) for symbol, weight in rounded.items() if weight > 0}

    def _arm(self) -> None:
        for _ in range(self.random.randint(0, 3)):
            kinds = (self._on_the_way, self._at_the_desk, self._on_the_screen, self._forgetful)
            for fault in self.random.choice(kinds)():
                self.days.append(f"  {fault.model_dump(mode='json', exclude_defaults=True)}")
                self.world.alpaca.market.faults.arm(fault)

    def _forgetful(self) -> Faults:
        """Take an order, say nothing, and do not find it when asked."""
        kind = self.random.choice((FaultKind.DROP_AFTER, FaultKind.STATUS_AFTER))
        lookups = Decimal(self.random.randint(1, 6))
        return (
            Fault(kind=kind, method="POST", path=PATHS[-1], value=Decimal(504)),
            Fault(kind=FaultKind.LATE_LOOKUP, value=lookups),
        )

    def _on_the_way(self) -> Faults:
        kind = self.random.choice(
            (FaultKind.DROP, FaultKind.DROP_AFTER, FaultKind.STATUS, FaultKind.STATUS_AFTER)
        )
        method, path = self.random.choice((("POST", PATHS[-1]), ("GET", self._path())))
        status = Decimal(self.random.choice((429, 500, 503, 504)))
        count = self.random.randint(1, 3)
        return (Fault(kind=kind, method=method, path=path, value=status, count=count),)

    def _path(self) -> str:
        return self.random.choice(PATHS)

    def _at_the_desk(self) -> Faults:
        kind, value = self.random.choice(
            (
                (FaultKind.PARTIAL_FILL, self.random.choice(("0", "0.3", "0.76"))),
                (FaultKind.LATE_FILL, str(self.random.randint(1, 30))),
                (FaultKind.LATE_LOOKUP, str(self.random.randint(1, 5))),
                (FaultKind.FILL_ON_CANCEL, "0"),
                (FaultKind.IGNORE_CANCEL, "0"),
                (FaultKind.REFUSE, "0"),
                (FaultKind.REFUSE_FUNDS, "0"),
                (FaultKind.REJECT, "0"),
                (FaultKind.MOVE, self.random.choice(("0.8", "0.99", "1.01", "1.04", "1.25"))),
            )
        )
        return self._of_a_symbol(kind, value, self.random.randint(1, 2))

    def _on_the_screen(self) -> Faults:
        kind, value = self.random.choice(
            (
                (FaultKind.STALE_QUOTE, "3600"),
                (FaultKind.NO_QUOTE, "0"),
                (FaultKind.NO_BID, "0"),
                (FaultKind.NO_ASK, "0"),
                (FaultKind.LOW_BID, self.random.choice(("0.01", "0.5", "0.94", "0.97"))),
                (FaultKind.CROSSED_QUOTE, self.random.choice(("1.02", "1.5"))),
                (FaultKind.FAR_OFF_QUOTE, self.random.choice(("0.2", "0.97", "1.04", "5"))),
            )
        )
        return self._of_a_symbol(kind, value, self.random.randint(1, 12))

    def _of_a_symbol(self, kind: FaultKind, value: str, count: int) -> Faults:
        symbol = self.random.choice(SYMBOLS)
        return (Fault(kind=kind, symbol=symbol, value=Decimal(value), count=count),)

    def _halt(self) -> None:
        if self.random.random() < 0.2:
            symbol = self.random.choice(SYMBOLS)
            self.days.append(f"  {symbol} is halted")
            self.world.alpaca.tape.halt(symbol)

    # --- What must hold ---------------------------------------------------------------------------

    def _check(self, made: TradingDay, cash_before: Decimal) -> None:
        story = "\n".join(self.days)
        assert made.refusal or made.mails, f"untold\n{story}"
        self._check_orders(made, story)
        self._check_books(story)
        self._check_success(made, story)
        if made.run is not None and self.world.alpaca.market.terms.multiplier == 1:
            assert self.world.alpaca.cash >= 0, f"borrowed\n{story}"

    def _check_orders(self, made: TradingDay, story: str) -> None:
        """Hold orders to their intent and spending to the plan, each trade and all together."""
        if made.run is None:
            return
        spent = planned = NOTHING
        for record in self.world.trades().of_run(made.run.run_id):
            quantity, value = self._traded(record)
            amount = abs(record.message.trade_amount)
            if record.message.action is Side.SELL:
                assert quantity <= (record.intended_quantity or NOTHING), f"oversold\n{story}"
                continue
            assert value <= amount, f"{record.message.symbol} spent {value} of {amount}\n{story}"
            spent, planned = spent + value, planned + amount
        assert spent <= planned, story

    def _traded(self, record: TradeRecord) -> tuple[Decimal, Decimal]:
        message = record.message
        stem = client_order_id(message.trade_id, message.symbol, attempt=0, step=0)[:-2]
        orders = [
            order for order in self.world.alpaca.placed() if order.client_order_id.startswith(stem)
        ]
        quantity = sum((order.filled_quantity for order in orders), NOTHING)
        return quantity, sum((order.filled_value for order in orders), NOTHING)

    def _check_books(self, story: str) -> None:
        """Hold fills, ledger, lots and positions to be the same."""
        market = self.world.alpaca.market
        filled: dict[str, Decimal] = {}
        for fill in market.books.fills:
            filled[fill.order_id] = filled.get(fill.order_id, NOTHING) + fill.quantity
        entries = [
            order_of(item) for item in self.world.ledger_items("TRADE#") if item["SK"] == "METADATA"
        ]
        booked = {entry.fill.order_id: entry.fill.quantity for entry in entries}
        assert booked == filled, story
        # A day without trades leaves this to the next trade.
        assert self.world.executor().actions.bring_up_to(market.tape.today) is None
        lots: dict[str, Decimal] = {}
        for lot in self.world.lots():
            lots[lot.symbol] = lots.get(lot.symbol, NOTHING) + lot.remaining
        assert lots == market.books.quantities, story

    def _check_success(self, made: TradingDay, story: str) -> None:
        """Let nothing be called a success while money lies idle that was to be invested."""
        funds = self.world.alpaca.funds
        whole = sum(
            self.world.alpaca.price(symbol)
            for symbol in SYMBOLS
            if not self.world.alpaca.tape.listing(symbol).is_fractionable
        )
        if any(mail.subject.startswith("[SUCCESS]") for mail in made.mails):
            may_lie_idle = funds.equity * IDLE + whole + self._windfall(made)
            assert funds.cash <= may_lie_idle, f"idle\n{story}"

    def _windfall(self, made: TradingDay) -> Decimal:
        """Give what sells brought in beyond the plan, because prices rose meanwhile."""
        if made.run is None:
            return NOTHING
        sells = (
            record
            for record in self.world.trades().of_run(made.run.run_id)
            if record.message.action is Side.SELL
        )
        more = (self._traded(record)[1] + record.message.trade_amount for record in sells)
        return sum((each for each in more if each > 0), NOTHING)


def run_days(world: World, seed: int, days: Sequence[date]) -> FaultyMarket:
    """Trade some days in a row."""
    market = FaultyMarket(world, Random(seed))
    market.open()
    for day in days:
        market.trade(day)
        market.act(day + timedelta(days=1))
    return market

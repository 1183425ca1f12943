"""Days of trading over HTTP, on the market that `make day` trades on, with its real prices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from local.market.broker import Broker
from local.market.faults import Fault, FaultKind
from local.market.hours import trading_moment
from tests.functions.deployed import RUNS
from tests.functions.trading_world import World, signal, world
from tests.simulated_market import opened, served
from the_alchemiser.portfolio_v2.rebalance_plan import run_id_of
from the_alchemiser.shared.broker_alpaca import AlpacaBroker, connect
from the_alchemiser.shared.broker_patience import Patience
from the_alchemiser.shared.errors import TransientError
from the_alchemiser.shared.ledger.strategy_trade import strategy_trade_of
from the_alchemiser.shared.lots import Side
from the_alchemiser.shared.money import cents
from the_alchemiser.shared.run_record.run import run_key
from the_alchemiser.shared.run_record.states import RunStatus
from the_alchemiser.shared.table import Change

pytestmark = pytest.mark.integration

DAYS = (date(2022, 3, 15), date(2022, 3, 16), date(2022, 3, 17))
ORDERS = "/v2/orders"
TARGETS: tuple[Mapping[str, str], ...] = (
    {"AAPL": "0.6", "MTUM": "0.4"},
    {"AAPL": "0.2", "MTUM": "0.8"},
    {"MTUM": "1"},
)


@dataclass
class Market:
    """The functions, wired to the simulated market instead of the fake broker."""

    made: World
    account: Broker
    broker: AlpacaBroker

    def trade(self, day: date, targets: Mapping[str, str]) -> str:
        self.account.move_to(trading_moment(day))
        correlation_id = f"workflow-{day}"
        self.made.rebalancer("0.99").rebalance(signal(targets, correlation_id))
        self.made.trade_until_idle()
        return run_id_of(correlation_id)

    def end(self, run_id: str) -> None:
        """Do the trade aggregator's part, so that the next run may start."""
        self.made.table(RUNS).change(
            Change(
                key=run_key(run_id),
                update="SET #status = :done",
                names={"#status": "status"},
                values={":done": RunStatus.COMPLETED},
            )
        )

    def booked(self, symbol: str) -> Decimal:
        lots = self.made.ledger().open_lots(symbol)
        return sum((lot.remaining for lot in lots), Decimal(0))


@pytest.fixture
def simulated(monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    account, patience = opened(DAYS[0]), Patience(sleep=lambda seconds: None)
    with served(account) as url, world() as made:
        broker = connect(key="k", secret="s", endpoint=url, data_endpoint=url, patience=patience)
        monkeypatch.setattr(made.alpaca, "broker", lambda: broker)
        yield Market(made=made, account=account, broker=broker)
        for api in (broker._trading, broker._data):
            api._session.close()


def test_follows_its_targets_and_books_every_share(simulated: Market) -> None:
    for day, targets in zip(DAYS, TARGETS, strict=True):
        run_id = simulated.trade(day, targets)
        run = simulated.made.run(run_id)
        assert run.completed_trades == run.total_trades > 0
        simulated.end(run_id)
        total = Decimal(str(simulated.made.run_item(run_id)["max_equity_limit_usd"]))
        for symbol in ("AAPL", "MTUM"):
            held = simulated.account.books.held(symbol)
            assert simulated.booked(symbol) == held
            worth = held * simulated.account.tape.price(symbol)
            assert abs(worth - Decimal(targets.get(symbol, "0")) * total) <= total / 1000


def test_keeps_the_books_that_the_broker_keeps(simulated: Market) -> None:
    for day, targets in zip(DAYS, TARGETS, strict=True):
        simulated.end(simulated.trade(day, targets))
    trades = [strategy_trade_of(item) for item in simulated.made.ledger_items("STRATEGY#")]
    signed = [each.value if each.side is Side.SELL else -each.value for each in trades]
    assert cents(100_000 + sum(signed, Decimal(0))) == cents(simulated.account.books.cash)
    assert {each.order_id for each in trades} == {
        fill.order_id for fill in simulated.account.books.fills
    }


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(kind=FaultKind.STATUS, value=Decimal(429), count=3)],
        [Fault(kind=FaultKind.STATUS, method="POST", value=Decimal(500), count=2)],
        [Fault(kind=FaultKind.DROP, method="POST", count=2)],
        [Fault(kind=FaultKind.DROP_AFTER, method="POST", path="/v2/orders", count=2)],
        [Fault(kind=FaultKind.PARTIAL_FILL, symbol="AAPL", value=Decimal("0.3"), count=2)],
        [Fault(kind=FaultKind.LATE_FILL, symbol="AAPL", value=Decimal(2))],
    ],
    ids=["429", "500", "dropped", "answer lost", "partial", "late"],
)
def test_ends_a_run_whatever_the_broker_does(simulated: Market, faults: list[Fault]) -> None:
    assert_trades_in_spite_of(simulated, faults)


TOO_LATE = Decimal("0.5")


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(kind=FaultKind.LATENCY, path="/v2/account", value=TOO_LATE)],
        [Fault(kind=FaultKind.LATENCY, path="/v2/positions", value=TOO_LATE)],
        [Fault(kind=FaultKind.LATENCY, path="/v2/stocks", value=TOO_LATE, count=2)],
        [Fault(kind=FaultKind.LATENCY, path="/v2/clock", value=TOO_LATE, count=2)],
        [Fault(kind=FaultKind.LATENCY, method="POST", path=ORDERS, value=TOO_LATE, count=2)],
        [Fault(kind=FaultKind.SLOW_ANSWER, method="POST", path=ORDERS, value=TOO_LATE, count=2)],
        [
            Fault(kind=FaultKind.SLOW_ANSWER, method="POST", path=ORDERS, value=TOO_LATE),
            Fault(kind=FaultKind.LATENCY, path=f"{ORDERS}:by_client", value=TOO_LATE, count=5),
        ],
        [
            Fault(kind=FaultKind.LATE_FILL, symbol="AAPL", value=Decimal(2)),
            Fault(kind=FaultKind.LATENCY, path=f"{ORDERS}/", value=TOO_LATE, count=2),
        ],
        [
            Fault(kind=FaultKind.PARTIAL_FILL, symbol="AAPL", value=Decimal("0.3")),
            Fault(kind=FaultKind.SLOW_ANSWER, method="DELETE", value=TOO_LATE),
        ],
    ],
    ids=[
        *("account", "positions", "quotes", "clock", "order never taken", "order taken"),
        *("order and its lookup", "order's state", "cancel"),
    ],
)
def test_ends_a_run_although_answers_come_too_late(
    simulated: Market, faults: list[Fault], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("the_alchemiser.shared.broker_alpaca_clients.READ_TIMEOUT_S", 0.2)
    assert_trades_in_spite_of(simulated, faults)


def test_gives_up_on_a_broker_that_never_answers_in_time(
    simulated: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("the_alchemiser.shared.broker_alpaca_clients.READ_TIMEOUT_S", 0.05)
    simulated.account.faults.arm(
        Fault(kind=FaultKind.LATENCY, path="/v2/account", value=Decimal("0.2"), count=100)
    )
    with pytest.raises(TransientError, match="account: no answer from the broker"):
        simulated.trade(DAYS[0], TARGETS[0])
    (left,) = simulated.account.faults.armed
    assert left.count == 100 - Patience().attempts
    simulated.account.faults.clear()
    simulated.trade(DAYS[0], TARGETS[0])
    assert simulated.booked("AAPL") == simulated.account.books.held("AAPL") > 0


def assert_trades_in_spite_of(simulated: Market, faults: list[Fault]) -> None:
    for fault in faults:
        simulated.account.faults.arm(fault)
    run_id = simulated.trade(DAYS[0], TARGETS[0])
    untouched = set(faults) & set(simulated.account.faults.armed)
    assert not untouched, "expected every fault to come to pass"
    assert simulated.made.run_item(run_id)["succeeded_trades"] == 2
    names = [order.client_order_id for order in simulated.account.orders.values()]
    assert len(names) == len(set(names))
    for symbol in ("AAPL", "MTUM"):
        assert simulated.booked(symbol) == simulated.account.books.held(symbol) > 0


def test_says_why_a_rejected_trade_failed(simulated: Market) -> None:
    simulated.account.faults.arm(Fault(kind=FaultKind.REJECT, symbol="AAPL"))
    run_id = simulated.trade(DAYS[0], TARGETS[0])
    assert simulated.made.run_item(run_id)["failed_trades"] == 1
    (failed,) = [
        event.model_dump()
        for event in simulated.made.publisher.named("TradeExecuted")
        if not event.model_dump()["success"]
    ]
    assert failed["failed_symbols"] == ("AAPL",)
    assert "rejected" in failed["failure_reason"]
    assert simulated.booked("AAPL") == simulated.account.books.held("AAPL") == 0


def test_waits_for_a_quote_that_is_stale_for_a_moment(simulated: Market) -> None:
    stale = Fault(kind=FaultKind.STALE_QUOTE, symbol="AAPL", value=Decimal(7200), count=3)
    assert_trades_in_spite_of(simulated, [stale])

"""Gauges are computed from the ledger, each once, for the strategies that a trade touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import pytest

from tests.cloud import Cloud
from tests.fakes import MONDAY, FixedClock, stamp
from tests.functions.deployed import LEDGER
from tests.functions.strategy_trades import filled_order, trade
from the_alchemiser.metrics_v2.adapters import CloudWatch, LedgerTable
from the_alchemiser.metrics_v2.domain import Gauge, Unit
from the_alchemiser.metrics_v2.service import Metrics
from the_alchemiser.shared.events.trades import TradeExecuted
from the_alchemiser.shared.ledger.filled_order import order_item
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, strategy_trade_item
from the_alchemiser.shared.lot_actions import StrategyAction
from the_alchemiser.shared.lots import Side


def executed(metadata: dict[str, Any] | None = None, **data: Any) -> TradeExecuted:
    return TradeExecuted(
        **stamp("execution_v2").stamp("trade-executed", "workflow-1", "trade-1"),
        metadata=metadata or {},
        execution_data=data,
        success=True,
        orders_placed=1,
        orders_succeeded=1,
    )


CALM = (
    trade("calm-mix", Side.BUY, "10", "100", 1),
    trade("calm-mix", Side.BUY, "10", "120", 2),
    trade("calm-mix", Side.BUY, "5", "90", 3),
    trade("calm-mix", Side.SELL, "22", "110", 4),
)
PAIR = (trade("pair", Side.BUY, "1", "50", 4),)


class ListedLedger:
    def __init__(self) -> None:
        self.owners: dict[str, Iterable[str]] = {"order-4": ("calm-mix", "pair")}
        self.listed: dict[str, Sequence[StrategyTrade]] = {"calm-mix": CALM, "pair": PAIR}

    def strategies(self, order_id: str) -> Iterable[str]:
        return self.owners.get(order_id, ())

    def trades(self, strategy: str) -> Sequence[StrategyTrade]:
        return self.listed[strategy]

    def actions(self, strategy: str) -> Sequence[StrategyAction]:
        return ()


class RecordingMonitor:
    def __init__(self) -> None:
        self.shown: list[Gauge] = []

    def show(self, gauges: Sequence[Gauge]) -> None:
        self.shown.extend(gauges)

    def values(self, strategy: str | None) -> dict[str, Decimal]:
        return {g.name: g.value for g in self.shown if g.strategy == strategy}


@pytest.fixture
def monitor() -> RecordingMonitor:
    return RecordingMonitor()


def update(monitor: RecordingMonitor, event: TradeExecuted) -> int:
    return Metrics(ledger=ListedLedger(), monitor=monitor).update(event)


class TestUpdate:
    def test_values_follow_from_lots(self, monitor: RecordingMonitor) -> None:
        update(monitor, executed(order_ids=["order-4"]))
        assert monitor.values("calm-mix") == {
            "OpenPositionValue": 270,
            "OpenLotCount": 1,
            "ClosedLotCount": 2,
            "RealizedPnL": 100 - 100 + 40,
            "WinningTrades": 1,
            "LosingTrades": 1,
            "WinRate": 50,
            "AvgProfitPerTrade": 20,
        }

    def test_a_strategy_that_closed_nothing_has_no_rate(self, monitor: RecordingMonitor) -> None:
        update(monitor, executed(order_ids=["order-4"]))
        assert monitor.values("pair")["WinRate"] == 0
        assert monitor.values("pair")["AvgProfitPerTrade"] == 0

    def test_each_metric_of_a_strategy_is_published_once(self, monitor: RecordingMonitor) -> None:
        shown = update(monitor, executed(order_ids=["order-4", "order-4"], order_id="order-4"))
        assert shown == 16
        names = [(gauge.name, gauge.strategy) for gauge in monitor.shown]
        assert len(names) == len(set(names)) == 16

    @pytest.mark.parametrize(
        "data",
        [{}, {"order_ids": "order-4"}, {"order_ids": [None, ""]}, {"order_ids": ["unknown"]}],
    )
    def test_a_trade_without_a_fill_publishes_nothing(
        self, monitor: RecordingMonitor, data: dict[str, Any]
    ) -> None:
        assert update(monitor, executed(**data)) == 0
        assert monitor.shown == []

    def test_one_order_id_is_enough(self, monitor: RecordingMonitor) -> None:
        assert update(monitor, executed(order_id="order-4")) == 16

    def test_capital_is_published_if_it_is_told(self, monitor: RecordingMonitor) -> None:
        assert update(monitor, executed({"capital_deployed_pct": "98.76"})) == 1
        assert monitor.shown == [
            Gauge(name="CapitalDeployedPct", value=Decimal("98.76"), unit=Unit.PERCENT)
        ]

    @pytest.mark.parametrize("value", [True, "much", None, ["98"]])
    def test_capital_that_is_no_number_is_left_out(
        self, monitor: RecordingMonitor, value: object
    ) -> None:
        assert update(monitor, executed({"capital_deployed_pct": value})) == 0


class TestAdapters:
    def test_whose_an_order_was_is_in_its_item(self, cloud: Cloud) -> None:
        table = cloud.table(LEDGER)
        table.put_new(order_item(filled_order("order-1", "calm-mix")))
        assert list(LedgerTable(table).strategies("order-1")) == ["calm-mix"]
        assert list(LedgerTable(table).strategies("order-2")) == []

    def test_a_strategy_is_read_to_its_last_page(self, cloud: Cloud) -> None:
        table = cloud.table(LEDGER)
        for number in range(8):
            entry = strategy_trade_item(PAIR[0])
            table.put_new({**entry, "SK": f"{entry['SK']}{number}", "pad": "x" * 300_000})
        assert len(LedgerTable(table).trades("pair")) == 8
        assert LedgerTable(table).trades("calm-mix") == []

    def test_values_go_out_in_requests_of_a_thousand(self) -> None:
        class Client:
            def __init__(self) -> None:
                self.calls: list[dict[str, Any]] = []

            def put_metric_data(self, **call: Any) -> None:
                self.calls.append(call)

        client = Client()
        gauges = [
            Gauge(name="RealizedPnL", value=Decimal(n), strategy=f"s{n}") for n in range(2001)
        ]
        CloudWatch(client, "Alchemiser/Dev", FixedClock()).show(gauges)  # type: ignore[arg-type]
        assert [len(call["MetricData"]) for call in client.calls] == [1000, 1000, 1]
        assert {call["Namespace"] for call in client.calls} == {"Alchemiser/Dev"}
        assert client.calls[0]["MetricData"][1] == {
            "MetricName": "RealizedPnL",
            "Value": 1.0,
            "Unit": "None",
            "Dimensions": [{"Name": "StrategyName", "Value": "s1"}],
            "Timestamp": MONDAY,
        }

    def test_cloudwatch_takes_what_is_sent(self, cloud: Cloud) -> None:
        client = cloud.client("cloudwatch")
        gauge = Gauge(name="CapitalDeployedPct", value=Decimal("98.76"), unit=Unit.PERCENT)
        CloudWatch(client, "Alchemiser/Dev", FixedClock()).show([gauge])
        (metric,) = client.list_metrics(Namespace="Alchemiser/Dev")["Metrics"]
        assert metric["MetricName"] == "CapitalDeployedPct"
        assert metric["Dimensions"] == []

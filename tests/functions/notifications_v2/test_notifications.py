"""Each result and each failure is mailed once, and its figures add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cloud import Cloud
from tests.fakes import MONDAY, FixedClock, MemoryClaims, stamp
from tests.functions.deployed import LEDGER, MAIL, PLACE, REPORTS, RUNS
from tests.functions.strategy_trades import trade
from the_alchemiser.notifications_v2.adapters import LedgerTable, ReportBucket, TopicMailer
from the_alchemiser.notifications_v2.mail import (
    MAILED_ONCE,
    MAX_BODY,
    MAX_SUBJECT,
    Mail,
    Report,
    failure_mail,
    result_mail,
)
from the_alchemiser.notifications_v2.mode import Mode, mode_of
from the_alchemiser.notifications_v2.report import report_csv, report_key
from the_alchemiser.notifications_v2.service import Notifier, Outcome
from the_alchemiser.shared.aws import client
from the_alchemiser.shared.errors import PermanentError, TransientError
from the_alchemiser.shared.events.trades import AllTradesCompleted, TradeExecuted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.idempotency import LEASE, DynamoClaims
from the_alchemiser.shared.ledger.strategy_trade import StrategyTrade, strategy_trade_item
from the_alchemiser.shared.logs import redact
from the_alchemiser.shared.lot_actions import StrategyAction
from the_alchemiser.shared.lots import Fill, Side, replay
from the_alchemiser.shared.money import Exact, cents
from the_alchemiser.shared.performance import performances

CORRELATION = "workflow-0f0e0d0c-1111-4222-8333-444455556666"


def completed(**changes: Any) -> AllTradesCompleted:
    fields: dict[str, Any] = {
        **stamp("trade_aggregator").derived("all-trades-completed", CORRELATION, "run-1"),
        "run_id": "run-1",
        "plan_id": "plan-1",
        "total_trades": 3,
        "succeeded_trades": 2,
        "failed_trades": 0,
        "skipped_trades": 1,
        "capital_deployed_pct": Exact("98.76"),
        "aggregated_execution_data": {
            "orders_executed": [
                {
                    "symbol": "SPY",
                    "action": "BUY",
                    "status": "COMPLETED",
                    "trade_amount": "600.50",
                    "executed_value": "600.49",
                    "error_message": "4 of 5 shares were filled",
                }
            ]
        },
    }
    return AllTradesCompleted(**(fields | changes))


def failed(**changes: Any) -> WorkflowFailed:
    fields: dict[str, Any] = {
        **stamp("strategy_v2").derived("workflow-failed", CORRELATION, "x"),
        "workflow_type": "signal_generation",
        "failure_reason": "pair.clj:3:7: expected a number",
        "failure_step": "signal_generation",
        "error_details": {"exception_type": "StrategyError", "dsl_file": "pair.clj"},
    }
    return WorkflowFailed(**(fields | changes))


TRADES = (
    trade("calm-mix", Side.BUY, "10", "100", 1),
    trade("calm-mix", Side.SELL, "4", "110.005", 2),
    trade("pair", Side.BUY, "3", "50.333", 3),
    trade("pair", Side.SELL, "5", "49.333", 4),
)


class ListedLedger:
    def __init__(self, trades: Sequence[StrategyTrade] = TRADES) -> None:
        self.trades = trades
        self.failure: Exception | None = None

    def strategy_trades(self) -> Sequence[StrategyTrade]:
        if self.failure is not None:
            raise self.failure
        return self.trades

    def strategy_actions(self) -> Sequence[StrategyAction]:
        return ()


class MemoryReports:
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def store(self, key: str, text: str) -> str:
        self.texts[key] = text
        return f"https://reports/{key}"


class RecordingMailer:
    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.failure: Exception | None = None

    def send(self, mail: Mail) -> None:
        if self.failure is not None:
            raise self.failure
        self.mails.append(mail)


class SwitchedBy:
    def __init__(self) -> None:
        self.since: str | None = None
        self.failure: Exception | None = None

    def paused_since(self) -> str | None:
        if self.failure is not None:
            raise self.failure
        return self.since


class Desk:
    """A notifier with its fakes at hand."""

    def __init__(self) -> None:
        self.ledger = ListedLedger()
        self.reports = MemoryReports()
        self.mailer = RecordingMailer()
        self.claims = MemoryClaims()
        self.switch = SwitchedBy()

    def notifier(self) -> Notifier:
        return Notifier(
            ledger=self.ledger,
            reports=self.reports,
            mailer=self.mailer,
            claims=self.claims,
            switch=self.switch,
            mode=Mode.PAPER,
            stage="dev",
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


class TestNotify:
    def test_a_result_is_mailed_with_its_report(self, desk: Desk) -> None:
        assert desk.notifier().notify(completed()) is Outcome.SENT
        (mail,) = desk.mailer.mails
        (key,) = desk.reports.texts
        assert key == "reports/2022-03-14_19-45-00_0f0e0d0c_strategy_performance.csv"
        assert f"Report: https://reports/{key}" in mail.body

    @pytest.mark.parametrize("event", [completed(), failed()], ids=["result", "failure"])
    def test_a_mail_of_a_paused_stack_says_so_first(
        self, desk: Desk, event: AllTradesCompleted | WorkflowFailed
    ) -> None:
        desk.switch.since = "2022-03-14T19:50:00+00:00"
        desk.notifier().notify(event)
        (mail,) = desk.mailer.mails
        assert mail.subject.startswith("[PAUSED][")
        assert mail.body.startswith("PAUSED since 2022-03-14T19:50:00+00:00: no run begins")
        assert "make resume STACK=dev" in mail.body
        assert "Status: " in mail.body

    def test_a_mail_goes_out_although_nobody_knows_of_a_pause(self, desk: Desk) -> None:
        desk.switch.failure = TransientError("slow")
        assert desk.notifier().notify(completed()) is Outcome.SENT
        assert desk.mailer.mails[0].subject.startswith("[SUCCESS]")

    def test_a_duplicate_mails_nothing(self, desk: Desk) -> None:
        desk.notifier().notify(completed())
        assert desk.notifier().notify(completed()) is Outcome.ALREADY_SENT
        assert len(desk.mailer.mails) == 1

    def test_a_failure_is_mailed_once(self, desk: Desk) -> None:
        assert desk.notifier().notify(failed()) is Outcome.SENT
        assert desk.notifier().notify(failed()) is Outcome.ALREADY_SENT
        assert [mail.subject for mail in desk.mailer.mails] == [
            "[FAILURE][HIGH][StrategyError] Alchemiser Error"
        ]

    def test_workers_that_fail_in_one_run_are_one_mail(self, desk: Desk) -> None:
        for number in range(9):
            desk.notifier().notify(
                failed(event_id=f"workflow-failed-{uuid4()}", metadata={"worker": number})
            )
        assert len(desk.mailer.mails) == 1
        assert MAILED_ONCE in desk.mailer.mails[0].body

    @pytest.mark.parametrize(
        "another",
        [{"correlation_id": f"workflow-{uuid4()}"}, {"workflow_type": "trade_execution"}],
        ids=["run", "workflow"],
    )
    def test_another_run_or_workflow_that_fails_is_mailed_too(
        self, desk: Desk, another: dict[str, str]
    ) -> None:
        desk.notifier().notify(failed())
        desk.notifier().notify(failed(event_id=f"workflow-failed-{uuid4()}", **another))
        assert len(desk.mailer.mails) == 2

    def test_a_mail_that_could_not_be_sent_is_sent_by_the_repeated_delivery(
        self, desk: Desk
    ) -> None:
        desk.mailer.failure = TransientError("throttled")
        with pytest.raises(TransientError):
            desk.notifier().notify(completed())
        desk.mailer.failure = None
        assert desk.notifier().notify(completed()) is Outcome.SENT
        assert len(desk.mailer.mails) == 1

    def test_other_events_are_ignored(self, desk: Desk) -> None:
        executed = TradeExecuted(
            **stamp().stamp("trade-executed", CORRELATION, "x"),
            execution_data={},
            success=True,
            orders_placed=1,
            orders_succeeded=1,
        )
        assert desk.notifier().notify(executed) is Outcome.IGNORED
        assert desk.mailer.mails == []

    @pytest.mark.parametrize("failure", [TransientError("slow"), PermanentError("denied")])
    def test_a_mail_goes_out_although_the_report_failed(
        self, desk: Desk, failure: Exception
    ) -> None:
        desk.ledger.failure = failure
        assert desk.notifier().notify(completed()) is Outcome.SENT
        assert "Report: could not be written" in desk.mailer.mails[0].body


class TestResultMail:
    def mail(self, event: AllTradesCompleted) -> Mail:
        report = Report(url="s3://reports/x.csv", performances=performances(TRADES))
        return result_mail(event, Mode.PAPER, "dev", report)

    @pytest.mark.parametrize("orders", ["text", True, 7, {"a": 1}, [None], ["x", 1, []], None])
    def test_orders_that_are_none_do_not_keep_the_mail_back(self, orders: object) -> None:
        mail = self.mail(completed(aggregated_execution_data={"orders_executed": orders}))
        assert "Orders:" not in mail.body
        assert mail.subject == "[SUCCESS] Alchemiser PAPER Trading"

    def test_tells_all_that_a_reader_asks_first(self) -> None:
        mail = self.mail(completed())
        assert mail.subject == "[SUCCESS] Alchemiser PAPER Trading"
        assert mail.body.splitlines() == [
            "Status: SUCCESS",
            "Mode: PAPER (dev)",
            "",
            "Trades placed: 3",
            "Trades executed: 2",
            "Trades skipped: 1",
            "Trades failed: 0",
            "Capital deployed: 98.76 %",
            "Failed symbols: none",
            "",
            "Orders:",
            "  BUY SPY: COMPLETED, planned 600.50, executed 600.49 (4 of 5 shares were filled)",
            "",
            "Realized profit and loss by strategy:",
            "  calm-mix: 40.02",
            "  pair: -3.00 (without 2 shares sold but never bought)",
            "  all: 37.02",
            "",
            "Report: s3://reports/x.csv",
            "  to read it: aws s3 cp s3://reports/x.csv -",
            "  in it, gross_pnl is money received less money spent, so that shares still held",
            "  make it negative; what was earned by selling is realized_pnl",
            "",
            "Run: run-1",
            "Plan: plan-1",
            f"Correlation: {CORRELATION}",
            "Completed: 2022-03-14T19:45:00+00:00",
        ]

    def test_a_failed_trade_makes_it_a_failure_and_is_named(self) -> None:
        mail = self.mail(completed(failed_trades=1, failed_symbols=("SPY", "TLT")))
        assert mail.subject == "[FAILURE] Alchemiser PAPER Trading"
        assert "Failed symbols: SPY, TLT" in mail.body

    def test_money_that_is_not_invested_is_no_success_and_is_told(self) -> None:
        summary = {"buys_planned": "10000.00", "not_invested": "100.01"}
        data = {"orders_executed": [], "execution_summary": summary}
        mail = self.mail(completed(aggregated_execution_data=data))
        assert mail.subject == "[PARTIAL] Alchemiser PAPER Trading"
        assert "Not invested: $100.01" in mail.body

    def test_what_limits_hold_back_is_a_success(self) -> None:
        summary = {"buys_planned": "10000.00", "not_invested": "100.00"}
        data = {"orders_executed": [], "execution_summary": summary}
        mail = self.mail(completed(aggregated_execution_data=data))
        assert mail.subject.startswith("[SUCCESS]")

    @pytest.mark.parametrize("trades", [0, 3])
    def test_what_the_plan_left_out_is_named_with_its_reason(self, trades: int) -> None:
        data = {"left_out": {"GLD": "kept as it is: expected a quote, found none"}}
        mail = self.mail(completed(total_trades=trades, aggregated_execution_data=data))
        assert mail.subject.startswith("[PARTIAL]")
        assert "GLD: kept as it is: expected a quote, found none" in mail.body
        assert "all positions are as they should be" not in mail.body

    def test_a_day_with_nothing_to_trade_is_a_success_and_says_so(self) -> None:
        quiet = completed(total_trades=0, skipped_trades=0, aggregated_execution_data={})
        mail = result_mail(quiet, Mode.LIVE, "prod", Report(url=None))
        assert mail.subject == "[SUCCESS] Alchemiser LIVE Trading"
        assert "Nothing to trade" in mail.body
        assert "Orders:" not in mail.body
        assert "by strategy" not in mail.body

    def test_capital_may_be_unknown(self) -> None:
        assert "Capital deployed: unknown" in self.mail(completed(capital_deployed_pct=None)).body


class TestFailureMail:
    def test_tells_what_failed_where_and_why(self) -> None:
        body = failure_mail(failed(), Mode.LIVE, "prod").body
        for line in (
            "Workflow: signal_generation",
            "Step: signal_generation",
            "Source: strategy_v2",
            "Reason: pair.clj:3:7: expected a number",
            '  "dsl_file": "pair.clj"',
            f"Correlation: {CORRELATION}",
        ):
            assert line in body.splitlines() or line + "," in body.splitlines()

    @pytest.mark.parametrize("kind", ["X" * 200, "Zeile\nzwei", "Ünïcode\t☃"])
    def test_the_subject_is_what_the_topic_takes(self, kind: str) -> None:
        details = {"exception_type": kind}
        subject = failure_mail(failed(error_details=details), Mode.LIVE, "prod").subject
        assert len(subject) <= MAX_SUBJECT
        assert subject.isascii()
        assert subject.isprintable()

    def test_a_huge_failure_is_cut(self) -> None:
        body = failure_mail(failed(failure_reason="x" * 200_000), Mode.LIVE, "prod").body
        assert len(body) <= MAX_BODY + 10
        assert body.endswith("(cut)")

    def test_secrets_are_blotted_out(self) -> None:
        redact("PKSECRETVALUE")
        leaky = failed(
            failure_reason="401 for PKSECRETVALUE",
            error_details={"api_key": "abc", "note": "PKSECRETVALUE"},
        )
        body = failure_mail(leaky, Mode.LIVE, "prod").body
        assert "PKSECRETVALUE" not in body
        assert "abc" not in body


class TestReport:
    def rows(self, trades: Sequence[StrategyTrade]) -> list[dict[str, str]]:
        text = report_csv(performances(trades), MONDAY, CORRELATION)
        return list(csv.DictReader(io.StringIO(text)))

    def test_has_one_row_for_each_strategy(self) -> None:
        calm, pair = self.rows(TRADES)
        assert calm == {
            "strategy_name": "calm-mix",
            "total_trades": "2",
            "buy_trades": "1",
            "sell_trades": "1",
            "total_buy_value": "1000.00",
            "total_sell_value": "440.02",
            "gross_pnl": "-559.98",
            "realized_pnl": "40.02",
            "symbols_traded": "SPY",
            "first_trade_at": "2022-03-14T19:46:00+00:00",
            "last_trade_at": "2022-03-14T19:47:00+00:00",
            "report_generated_at": "2022-03-14T19:45:00+00:00",
            "correlation_id": CORRELATION,
        }
        assert pair["realized_pnl"] == "-3.00"

    def test_an_empty_ledger_gives_the_heading_alone(self) -> None:
        assert self.rows([]) == []

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["calm", "pair", "trend"]),
                st.sampled_from(list(Side)),
                st.decimals("0.000001", "9999", places=6),
                st.decimals("0.0001", "999", places=4),
            ),
            max_size=15,
        )
    )
    def test_reconciles_with_the_fills_to_the_cent(
        self, rows: list[tuple[str, Side, Decimal, Decimal]]
    ) -> None:
        trades = [
            trade(strategy, side, str(quantity), str(price), minute)
            for minute, (strategy, side, quantity, price) in enumerate(rows)
        ]
        exact = replay(
            Fill(
                fill_id=item.order_id,
                strategy=item.strategy,
                symbol=item.symbol,
                side=item.side,
                quantity=item.quantity,
                price=item.price,
                filled_at=item.filled_at,
            )
            for item in trades
        )
        table = self.rows(trades)
        realized = sum((Decimal(row["realized_pnl"]) for row in table), Decimal(0))
        assert realized == cents(exact.realised)
        for column, side in (("total_buy_value", Side.BUY), ("total_sell_value", Side.SELL)):
            total = sum((Decimal(row[column]) for row in table), Decimal(0))
            value = sum((item.value for item in trades if item.side is side), Decimal(0))
            assert total == cents(value)

    def test_the_key_is_safe_whatever_the_correlation_id(self) -> None:
        odd = completed(correlation_id="../../etc/x y")
        assert report_key(odd) == ("reports/2022-03-14_19-45-00_------et_strategy_performance.csv")


@pytest.mark.parametrize(
    ("endpoint", "mode"),
    [
        ("", Mode.PAPER),
        ("https://paper-api.alpaca.markets", Mode.PAPER),
        ("https://api.alpaca.markets", Mode.LIVE),
        ("http://127.0.0.1:4580", Mode.SIMULATED),
    ],
)
def test_only_the_live_host_is_live(endpoint: str, mode: Mode) -> None:
    assert mode_of(endpoint) is mode


class TestAdapters:
    def test_the_ledger_is_read_to_its_last_page(self, cloud: Cloud) -> None:
        table = cloud.table(LEDGER)
        for number in range(3):
            for item in TRADES:
                entry = strategy_trade_item(item)
                # Large enough that the scan needs a second page.
                table.put_new({**entry, "SK": f"{entry['SK']}{number}", "pad": "x" * 200_000})
        table.put_new({"PK": "LOT#1", "SK": "METADATA"})
        assert len(LedgerTable(table).strategy_trades()) == 12

    def test_a_report_lies_where_its_address_says(self, cloud: Cloud) -> None:
        s3 = client("s3")
        s3.create_bucket(Bucket=REPORTS)
        url = ReportBucket(s3, REPORTS).store("reports/x.csv", "a,b\n")
        assert s3.get_object(Bucket=REPORTS, Key="reports/x.csv")["Body"].read() == b"a,b\n"
        assert url == f"s3://{REPORTS}/reports/x.csv"

    def test_mails_go_to_the_topic(self, cloud: Cloud) -> None:
        sns = cloud.client("sns")
        arn = sns.create_topic(Name=MAIL)["TopicArn"]
        TopicMailer(sns, arn).send(Mail(subject="s", body="b"))

    def test_a_topic_that_refuses_asks_for_another_attempt(self, cloud: Cloud) -> None:
        arn = PLACE.topic_arn("notifications")
        with pytest.raises(TransientError, match="could not send a mail"):
            TopicMailer(cloud.client("sns"), arn).send(Mail(subject="s", body="b"))

    def test_a_mailer_that_died_is_replaced_after_its_lease(self, desk: Desk, cloud: Cloud) -> None:
        clock = FixedClock()
        claims = DynamoClaims(cloud.table(RUNS), "MAIL", clock)
        claims.take(completed().event_id)
        notifier = Notifier(
            ledger=desk.ledger,
            reports=desk.reports,
            mailer=desk.mailer,
            claims=claims,
            switch=desk.switch,
            mode=Mode.PAPER,
            stage="dev",
        )
        with pytest.raises(TransientError, match="in progress elsewhere"):
            notifier.notify(completed())
        clock.advance(seconds=LEASE.total_seconds() + 1)
        assert notifier.notify(completed()) is Outcome.SENT
        clock.advance(hours=1)
        assert notifier.notify(completed()) is Outcome.ALREADY_SENT

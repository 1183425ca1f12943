"""What the mails say."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from the_alchemiser.notifications_v2.mode import Mode
from the_alchemiser.shared.apportionment import in_cents
from the_alchemiser.shared.events.fields import jsonable
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.events.workflow import WorkflowFailed
from the_alchemiser.shared.logs import without_secrets
from the_alchemiser.shared.performance import Performance

MAX_SUBJECT = 100
"""SNS takes ASCII without control characters, shorter than 101.
https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

NOTHING_TO_TRADE = "Nothing to trade: all positions are as they should be."

MAILED_ONCE = "Further failures of this workflow in the same run are in the log, not in the mail."

NEARLY = Decimal("0.01")
LEAST_TOLD = Decimal(5)
"""What is missing of all buys is not told up to one per cent or $5: limits hold so much back."""

MAX_BODY = 60_000
"""Below the 256 KB of an SNS message, also when every character takes four bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """One mail, within the limits of SNS."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """Where the report of a run lies, if it could be written."""

    url: str | None
    performances: Sequence[Performance] = ()


def result_mail(completed: AllTradesCompleted, mode: Mode, stage: str, report: Report) -> Mail:
    """Return the mail on a run that came to its end; nothing to trade is a success too."""
    missing = _missing(completed.aggregated_execution_data)
    status = _status(completed, missing)
    executed = completed.total_trades - completed.skipped_trades
    pct = completed.capital_deployed_pct
    lines = [
        f"Status: {status}",
        f"Mode: {mode} ({stage})",
        "",
        *([] if completed.total_trades or missing else [NOTHING_TO_TRADE]),
        f"Trades placed: {completed.total_trades}",
        f"Trades executed: {executed}",
        f"Trades skipped: {completed.skipped_trades}",
        f"Trades failed: {completed.failed_trades}",
        f"Capital deployed: {'unknown' if pct is None else f'{pct:f} %'}",
        f"Failed symbols: {', '.join(completed.failed_symbols) or 'none'}",
        *missing,
        "",
        *_orders(completed.aggregated_execution_data),
        *_profits(report.performances),
        *_place(report),
        "",
        f"Run: {completed.run_id}",
        f"Plan: {completed.plan_id}",
        f"Correlation: {completed.correlation_id}",
        f"Completed: {completed.timestamp.isoformat()}",
    ]
    return _mail(f"[{status}] Alchemiser {mode} Trading", lines)


def failure_mail(failure: WorkflowFailed, mode: Mode, stage: str) -> Mail:
    """Return the mail on a workflow that failed."""
    kind = str(failure.error_details.get("exception_type", "WorkflowFailed"))
    details = without_secrets(jsonable(failure.error_details))
    lines = [
        "Status: FAILURE",
        f"Mode: {mode} ({stage})",
        "",
        f"Workflow: {failure.workflow_type}",
        f"Step: {failure.failure_step}",
        f"Source: {failure.source_module}",
        f"Reason: {without_secrets(failure.failure_reason)}",
        "",
        "Details:",
        json.dumps(details, indent=2, ensure_ascii=False),
        "",
        MAILED_ONCE,
        "",
        f"Correlation: {failure.correlation_id}",
        f"Cause: {failure.causation_id}",
        f"Failed: {failure.timestamp.isoformat()}",
    ]
    return _mail(f"[FAILURE][HIGH][{kind}] Alchemiser Error", lines)


def paused_mail(mail: Mail, stage: str, since: str) -> Mail:
    """Return a mail that says first that the system is stopped, whatever else it says."""
    told = (
        f"PAUSED since {since}: no run begins and no queued trade is placed until "
        f"`make resume STACK={stage}`."
    )
    return _mail(f"[PAUSED]{mail.subject}", [told, "", mail.body])


def _status(completed: AllTradesCompleted, missing: Sequence[str]) -> str:
    if completed.failed_trades:
        return "FAILURE"
    return "PARTIAL" if missing else "SUCCESS"


def _missing(data: Mapping[str, Any]) -> list[str]:
    """Say what of the money is not where the strategies want it, and why."""
    summary, left_out = data.get("execution_summary"), data.get("left_out")
    amounts = summary if isinstance(summary, Mapping) else {}
    planned, idle = (_dollars(amounts.get(name)) for name in ("buys_planned", "not_invested"))
    lines = [f"Not invested: ${idle}"] if idle > max(planned * NEARLY, LEAST_TOLD) else []
    if isinstance(left_out, Mapping) and left_out:
        named = (f"  {symbol}: {without_secrets(str(why))}" for symbol, why in left_out.items())
        lines += ["Left out:", *named]
    return lines


def _dollars(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def _place(report: Report) -> list[str]:
    if report.url is None:
        return ["Report: could not be written, see the log"]
    return [
        f"Report: {report.url}",
        f"  to read it: aws s3 cp {report.url} -",
        "  in it, gross_pnl is money received less money spent, so that shares still held",
        "  make it negative; what was earned by selling is realized_pnl",
    ]


def _orders(data: Mapping[str, Any]) -> list[str]:
    found = data.get("orders_executed")
    listed = found if isinstance(found, list | tuple) else ()
    orders = [order for order in listed if isinstance(order, Mapping)]
    if not orders:
        return []
    lines = [
        f"  {order.get('action')} {order.get('symbol')}: {order.get('status')},"
        f" planned {order.get('trade_amount')}, executed {order.get('executed_value')}"
        + (f" ({order['error_message']})" if order.get("error_message") else "")
        for order in orders
    ]
    more = data.get("orders_not_listed")
    unlisted = [f"  and {more} more; those that failed are listed first"] if more else []
    return ["Orders:", *lines, *unlisted, ""]


def _profits(performances: Sequence[Performance]) -> list[str]:
    if not performances:
        return []
    realized = in_cents({item.strategy: item.realized_pnl for item in performances})
    total = sum(realized.values(), Decimal(0))
    return [
        "Realized profit and loss by strategy:",
        *(
            f"  {item.strategy}: {realized[item.strategy]:f}{_left_out(item)}"
            for item in performances
        ),
        f"  all: {total:f}",
        "",
    ]


def _left_out(item: Performance) -> str:
    if not item.unmatched_quantity:
        return ""
    return f" (without {item.unmatched_quantity.normalize():f} shares sold but never bought)"


def _mail(subject: str, lines: Sequence[str]) -> Mail:
    body = "\n".join(lines)
    if len(body) > MAX_BODY:
        body = body[:MAX_BODY] + "\n(cut)"
    return Mail(subject=_ascii(subject)[:MAX_SUBJECT], body=body)


def _ascii(text: str) -> str:
    printable = (character if " " <= character <= "~" else "?" for character in text)
    return "".join(printable)

"""The performance report: one row for each strategy, in whole cents that add up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import datetime

from the_alchemiser.shared.apportionment import in_cents
from the_alchemiser.shared.events.trades import AllTradesCompleted
from the_alchemiser.shared.performance import Performance

COLUMNS = (
    "strategy_name",
    "total_trades",
    "buy_trades",
    "sell_trades",
    "total_buy_value",
    "total_sell_value",
    "gross_pnl",
    "realized_pnl",
    "symbols_traded",
    "first_trade_at",
    "last_trade_at",
    "report_generated_at",
    "correlation_id",
)


def report_key(completed: AllTradesCompleted) -> str:
    """Return where the report of a run is kept; a repetition overwrites its own."""
    moment = f"{completed.timestamp:%Y-%m-%d_%H-%M-%S}"
    run = completed.correlation_id.removeprefix("workflow-")[:8]
    safe = "".join(character if character.isalnum() else "-" for character in run)
    return f"reports/{moment}_{safe}_strategy_performance.csv"


def report_csv(
    performances: Sequence[Performance], generated_at: datetime, correlation_id: str
) -> str:
    """Return the report as CSV.

    `gross_pnl` is money received less money spent; `realized_pnl` counts only what was both bought
    and sold.
    """
    bought = in_cents({item.strategy: item.bought_value for item in performances})
    sold = in_cents({item.strategy: item.sold_value for item in performances})
    realized = in_cents({item.strategy: item.realized_pnl for item in performances})
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(COLUMNS)
    for item in performances:
        name = item.strategy
        rows.writerow(
            (
                name,
                item.buy_trades + item.sell_trades,
                item.buy_trades,
                item.sell_trades,
                f"{bought[name]:f}",
                f"{sold[name]:f}",
                f"{sold[name] - bought[name]:f}",
                f"{realized[name]:f}",
                ";".join(item.symbols),
                item.first_trade_at.isoformat(),
                item.last_trade_at.isoformat(),
                generated_at.isoformat(),
                correlation_id,
            )
        )
    return text.getvalue()

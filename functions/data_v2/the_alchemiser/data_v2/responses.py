"""What data_v2 answers to whoever waits for it."""

from __future__ import annotations

from the_alchemiser.data_v2.fetch import Fetched
from the_alchemiser.data_v2.refresh import Report
from the_alchemiser.shared.handling import Response, done, failed

PARTIAL = 206


def refresh_response(correlation_id: str, report: Report) -> Response:
    """Answer 200 when every symbol is fresh, 206 when some failed or remain."""
    body: dict[str, object] = {
        "correlation_id": correlation_id,
        "total_symbols": report.total,
        "refreshed": report.refreshed,
        "bars_fetched": report.bars_fetched,
    }
    if not report.failed_symbols and not report.remaining:
        return done(status="success", **body)
    return {
        "statusCode": PARTIAL,
        "body": {
            "status": "continuing" if report.remaining else "partial",
            **body,
            "failed": len(report.failed_symbols),
            "failed_symbols": report.failed_symbols,
            "failures": report.failures,
            "remaining": list(report.remaining),
        },
    }


def fetch_response(fetched: Fetched) -> Response:
    """Answer 200 for fetched or deduplicated, 500 for failed."""
    if fetched.error is not None:
        return failed(fetched.error)
    if fetched.cooldown_remaining_s is not None:
        return done(
            status="deduplicated",
            symbol=fetched.symbol,
            cooldown_remaining_seconds=fetched.cooldown_remaining_s,
        )
    return done(status="success", symbol=fetched.symbol, bars_fetched=fetched.bars_fetched)

"""What the monitor answers to whoever waits for it."""

from __future__ import annotations

from the_alchemiser.data_quality_monitor.service import Report
from the_alchemiser.shared.handling import Response, done

EXTERNAL_SOURCE = "twelvedata"


def check_response(correlation_id: str, report: Report) -> Response:
    """Answer 200: finding something wrong is the work, not a failure of it."""
    status = "issues_detected" if report.issues else "success"
    return done(
        status="continuing" if report.remaining else status,
        correlation_id=correlation_id,
        external_source=EXTERNAL_SOURCE,
        checked=report.checked,
        failed=len(report.failed_symbols),
        failed_symbols=report.failed_symbols,
        issues=[issue.model_dump() for issue in report.issues],
        remaining=list(report.remaining),
    )

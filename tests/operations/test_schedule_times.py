from __future__ import annotations

from datetime import UTC, datetime

import pytest

from operations.schedule_times import next_start

SUNDAY = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "timezone", "expected"),
    [
        (
            "cron(45 15 ? * MON-FRI *)",
            "America/New_York",
            "Mon 2026-11-30 15:45 America/New_York",
        ),
        ("cron(0 4 ? * TUE-SAT *)", "UTC", "Tue 2026-12-01 04:00 UTC"),
        ("cron(0 13 ? * SUN,WED *)", "UTC", "Sun 2026-11-29 13:00 UTC"),
        ("cron(0 12 ? * SAT-SUN *)", "UTC", "Sat 2026-12-05 12:00 UTC"),
        ("cron(30 4 * * ? *)", "UTC", "Mon 2026-11-30 04:30 UTC"),
        ("rate(5 minutes)", "UTC", "every 5 minutes"),
        ("cron(0/5 * ? * MON#2 *)", "UTC", "cron(0/5 * ? * MON#2 *)"),
        ("cron(0 4 ? * 2-6 *)", "UTC", "cron(0 4 ? * 2-6 *)"),
    ],
)
def test_a_schedule_tells_when_it_starts_next(
    expression: str, timezone: str, expected: str
) -> None:
    assert next_start(expression, timezone, SUNDAY) == expected

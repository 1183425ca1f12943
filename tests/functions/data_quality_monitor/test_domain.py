from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from the_alchemiser.data_quality_monitor.domain import judge

NOW = datetime(2022, 3, 15, 4, 30, tzinfo=UTC)
DAYS = [date(2022, 3, day) for day in (7, 8, 9, 10, 11, 14)]


def closes(price: float = 100.0, days: list[date] = DAYS) -> dict[date, float]:
    return dict.fromkeys(days, price)


def test_equal_closes_pass() -> None:
    verdict = judge("KO", closes(), closes(), NOW)

    assert verdict.passed
    assert verdict.rows_checked == 6


def test_nothing_stored_fails() -> None:
    assert judge("KO", {}, closes(), NOW).issues == ("no data is stored",)


def test_nothing_to_compare_with_fails() -> None:
    assert judge("KO", closes(), {}, NOW).issues == ("the second source has no data",)


def test_bars_older_than_three_days_are_stale() -> None:
    stored = closes(days=DAYS[:4])

    (stale, missing) = judge("KO", stored, closes(), NOW).issues

    assert stale == "stale: the newest bar is of 2022-03-10, 103 hours old"
    assert missing == "missing: 2022-03-14"


def test_after_a_holiday_nobody_has_a_newer_bar() -> None:
    both = closes(days=DAYS[:4])

    assert judge("KO", both, both, NOW).passed


def test_a_gap_is_reported_while_it_is_new() -> None:
    stored = {day: close for day, close in closes().items() if day != DAYS[-1]}
    later = NOW + timedelta(days=3)
    external = {**closes(), date(2022, 3, 17): 100.0}

    assert "missing: 2022-03-14" in judge("KO", stored, closes(), NOW).issues
    assert not any("2022-03-14" in issue for issue in judge("KO", stored, external, later).issues)


@pytest.mark.parametrize(("close", "is_wrong"), [(102.0, False), (102.1, True), (97.9, True)])
def test_closes_may_differ_by_two_percent(close: float, is_wrong: bool) -> None:
    stored = {**closes(), DAYS[2]: close}

    assert judge("KO", stored, closes(), NOW).passed is not is_wrong


def test_a_wrong_close_is_named_with_both_prices() -> None:
    (issue,) = judge("KO", {**closes(), DAYS[2]: 50.0}, closes(), NOW).issues

    assert issue == "close of 2022-03-09: stored 50, second source 100 (50.0% apart)"


@pytest.mark.parametrize(
    ("ours", "theirs", "factor"), [(50.0, 100.0, "0.5"), (2000.0, 100.0, "20")]
)
def test_an_adjustment_that_one_side_alone_has_worked_in_is_one_issue(
    ours: float, theirs: float, factor: str
) -> None:
    """A split on the 11th."""
    before = {day for day in DAYS if day < date(2022, 3, 11)}
    stored = {day: ours if day in before else 100.0 for day in DAYS}
    external = {day: theirs if day in before else 100.0 for day in DAYS}

    verdict = judge("KO", stored, external, NOW)

    (issue,) = verdict.issues
    assert issue.startswith(f"closes up to 2022-03-10: stored {factor} times those")
    assert set(verdict.contradicted) == before


def test_closes_that_all_differ_are_an_error_whatever_the_factor() -> None:
    assert len(judge("KO", closes(50.0), closes(), NOW).issues) == len(DAYS)


def test_older_closes_that_differ_by_no_common_factor_are_errors() -> None:
    external = {**closes(), DAYS[0]: 50.0, DAYS[1]: 70.0}

    assert len(judge("KO", closes(), external, NOW).issues) == 2


def test_a_close_of_nothing_is_not_compared() -> None:
    assert judge("KO", closes(), {**closes(), DAYS[0]: 0.0}, NOW).passed


def test_sources_without_a_common_day_cannot_be_compared() -> None:
    external = closes(days=[date(2022, 3, 4)])

    assert judge("KO", closes(), external, NOW).issues == ("no day is in both sources",)

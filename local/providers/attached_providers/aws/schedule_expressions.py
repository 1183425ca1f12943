"""What EventBridge and its Scheduler accept as a schedule.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from zoneinfo import available_timezones

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
_FIELDS: tuple[tuple[int, int, list[str], str], ...] = (
    (0, 59, [], ""),
    (0, 23, [], ""),
    (1, 31, [], r"|\?|L|LW|\d{1,2}W"),
    (1, 12, _MONTHS, ""),
    (1, 7, _DAYS, r"|\?|L|[1-7]L|(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)#[1-5]"),
    (1970, 2199, [], ""),
)
"""Minutes, hours, day of the month, month, day of the week, year."""


def rule_schedule(path: str, value: str) -> str | None:
    """Say what is wrong with the schedule of a rule on the bus."""
    if _is_rate(value, strict=True) or _is_cron(value):
        return None
    return f"ValidationException: Parameter {path} is not valid: {value}"


def schedule(path: str, value: str) -> str | None:
    """Say what is wrong with a schedule of the Scheduler."""
    if _is_rate(value, strict=False) or _is_cron(value) or _is_moment(value):
        return None
    return f"ValidationException: Invalid Schedule Expression {value}. ({path})"


def timezone(path: str, value: str) -> str | None:
    """Say what is wrong with the name of a time zone."""
    # A machine without a time zone database knows none; then only AWS can tell.
    if value in _timezones() or not _timezones():
        return None
    return f"ValidationException: Invalid Timezone {value}. ({path})"


_timezones = cache(available_timezones)


def _is_rate(value: str, *, strict: bool) -> bool:
    """Tell a rate: of many in the plural, of one in the singular or, where not strict, in either.

    A rule's unit agrees with its number; the Scheduler's guide knows the plural alone, and its API
    both (https://github.com/hashicorp/terraform-provider-aws/issues/31471).
    """
    found = re.fullmatch(r"rate\(([1-9]\d*) (minute|hour|day)(s?)\)", value)
    if found is None:
        return False
    one, plural = found[1] == "1", bool(found[3])
    return one != plural or (one and not strict)


def _is_moment(value: str) -> bool:
    found = re.fullmatch(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", value)
    try:
        return found is not None and bool(datetime.fromisoformat(found[1]))
    except ValueError:
        return False


def _is_cron(value: str) -> bool:
    found = re.fullmatch(r"cron\((.+)\)", value)
    fields = found[1].split(" ") if found else []
    if len(fields) != len(_FIELDS):
        return False
    # A day is told either by its place in the month or by its place in the week.
    if (fields[2] == "?") == (fields[4] == "?"):
        return False
    return all(_fits(text, *rule) for text, rule in zip(fields, _FIELDS, strict=True))


def _fits(text: str, low: int, high: int, names: list[str], special: str) -> bool:
    value = "|".join([r"\d{1,4}", *names])
    pattern = rf"(?:(?:\*|(?:{value})(?:-(?:{value}))?)(?:/\d+)?{special})"
    parts = text.upper().split(",")
    numbers = [int(item) for part in parts for item in re.findall(r"(?<![#/\d])\d+", part)]
    return all(re.fullmatch(pattern, part) for part in parts) and all(
        low <= number <= high for number in numbers
    )

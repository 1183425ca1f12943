"""Sections of the runbook for the alarms that come with a new function."""

from __future__ import annotations

import re

from scaffolding.edits import replaced

_SECTION = """## {name}

**Means.** {means}

**At stake.** What {function} is for waits until this is mended; the trading day goes on without it.

**Look.** {look}

**Do.** {do}

**Over when.** {over}

"""

_LOGS = "`make logs STACK=prod FUNCTION={function} SINCE=1h`"


def with_function(text: str, function: str, physical: str) -> str:
    """Say what to do about its errors and throttles, behind those of all other functions."""
    errors = _SECTION.format(
        name=f"{physical}-errors",
        function=function,
        means=f"A call of {function} ended with an error that it did not answer for.",
        look=f"{_LOGS.format(function=function)}; the line of level ERROR has the reason.",
        do="A cause in the code: `make rollback STACK=prod`. In settings: mend them and deploy.",
        over=f"`make smoke STACK=prod` says `alive  {function}`, and the alarm's OK mail comes.",
    )
    throttles = _SECTION.format(
        name=f"{physical}-throttles",
        function=function,
        means=f"Lambda refused to start {function}: too many calls ran at once.",
        look=f"{_LOGS.format(function=function)} for calls that hang and hold others' places.",
        do="Once is no matter. Again and again: mend what hangs, or ask AWS for more concurrency.",
        over="five minutes pass without a refused call.",
    )
    return _before(text, r"^## \S+-undelivered$", errors + throttles)


def with_rule(text: str, function: str, rule: str) -> str:
    """Say what to do about events that do not reach it, behind those of all other rules."""
    section = _SECTION.format(
        name=f"{rule}-undelivered",
        function=function,
        means=f"EventBridge could not start {function} for an event of the rule `{rule}`.",
        look="`make drift STACK=prod` names a permission or an alias that is gone; "
        "`make dead-letters STACK=prod` shows the events.",
        do="`make deploy-prod` restores what drifted. Then send each event by hand, once: "
        f"`make invoke STACK=prod FUNCTION={function} EVENT=file.json`.",
        over="`make drift STACK=prod` finds nothing, and the next event is in its log.",
    )
    last = [found.start() for found in re.finditer(r"^## \S+-undelivered$", text, re.MULTILINE)][-1]
    return text[:last] + _before(text[last:], r"(?<=\n)## (?!\S+-undelivered$)\S+$", section)


def with_queue(text: str, function: str, queue: str) -> str:
    """Say what to do about its dead letters and about messages that wait."""
    dead = _SECTION.format(
        name=f"{queue}-dlq-depth",
        function=function,
        means=f"{function} was given a message of `{queue}` three times and never got through it.",
        look=f"`make dead-letters STACK=prod` for the message; {_LOGS.format(function=function)}.",
        do=f"When the cause is gone: `make redrive STACK=prod QUEUE={queue}`.",
        over="`make status STACK=prod` shows 0 dead.",
    )
    age = _SECTION.format(
        name=f"{queue}-age",
        function=function,
        means=f"A message has waited for {function} in `{queue}` for more than half an hour.",
        look=f"`make status STACK=prod`: is the stack paused? {_LOGS.format(function=function)}.",
        do="Paused on purpose: `make resume STACK=prod`. A bad release: "
        "`make rollback STACK=prod`.",
        over="`make status STACK=prod` shows 0 waiting.",
    )
    return replaced(
        text, "## undelivered-events-depth\n", f"{dead}{age}## undelivered-events-depth\n"
    )


def _before(text: str, heading: str, sections: str) -> str:
    found = re.search(heading, text, re.MULTILINE)
    if found is None:
        raise ValueError(f"expected a section {heading}")
    return text[: found.start()] + sections + text[found.start() :]

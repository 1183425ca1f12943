"""Checks that span several settings, or hold them against the catalogue.

They read values that may be malformed, so that every problem is reported in one go.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from blueprint import OnQueue, SettingKind, SettingSpec, System
from blueprint.validation import has_snap_start
from components.settings_problems import Problem

EMULATOR_ACCOUNT = "000000000000"
ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL", "EMULATOR_ENDPOINT")


def safety_problems(
    raw: Mapping[str, Any], environ: Mapping[str, str], *, values_encrypted: bool
) -> Iterator[Problem]:
    """Find what would let a stack reach another place than it is meant for."""
    emulated = raw["emulated"]
    if raw.get("secret_values") and not (emulated or values_encrypted):
        encrypted = "encrypted values (`pulumi config set --secret --path ...`)"
        yield Problem("secret_values", encrypted, "plain ones")
    if emulated and raw.get("code_signing"):
        yield Problem(
            "code_signing", "none in a stack for the emulator, which signs nothing", "one"
        )
    if not (emulated or raw["rehearsal"]):
        yield from _aws_problems(raw, environ)
    elif raw["endpoint"] is None:
        url = "the emulator's URL in the environment (run `local/pulumi`, not `pulumi`)"
        yield Problem("EMULATOR_ENDPOINT", url, "nothing")


def _aws_problems(raw: Mapping[str, Any], environ: Mapping[str, str]) -> Iterator[Problem]:
    for name in ENDPOINT_VARIABLES:
        if environ.get(name):
            yield Problem(name, f"unset for {raw['stage']} outside a rehearsal", environ[name])
    if raw.get("account_id") == EMULATOR_ACCOUNT:
        yield Problem("account_id", "an AWS account", f"{EMULATOR_ACCOUNT!r}, the emulator's")


def catalogue_problems(raw: Mapping[str, Any], system: System) -> Iterator[Problem]:
    """Find settings that do not fit what the catalogue names."""
    yield from _unknown(raw, "functions", [spec.name for spec in system.functions])
    yield from _unknown(raw, "subscribers", [spec.name for spec in system.topics])
    yield from _unknown(raw, "secret_values", [spec.name for spec in system.secrets])
    yield from _unknown(raw, "application", [spec.name for spec in system.settings])
    yield from _secret_fields(raw, system)
    yield from _concurrency(raw, system)
    yield from _nobody_told(raw, system)
    yield from _snap_start(raw, system)
    application = _mapping(raw, "application")
    for spec in system.settings:
        yield from _value_problems(spec, application, raw["stage"])


def _mapping(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = raw.get(key)
    return value if isinstance(value, dict) else {}


def _unknown(raw: Mapping[str, Any], key: str, known: Iterable[str]) -> Iterator[Problem]:
    names = sorted(known)
    for name in _mapping(raw, key):
        if name not in names:
            yield Problem(f"{key}.{name}", f"one of {', '.join(names)}", repr(name))


def _secret_fields(raw: Mapping[str, Any], system: System) -> Iterator[Problem]:
    values = _mapping(raw, "secret_values")
    for spec in system.secrets:
        given = values.get(spec.name)
        if isinstance(given, dict) and set(given) != set(spec.fields):
            fields, found = ", ".join(sorted(spec.fields)), ", ".join(sorted(given)) or "none"
            yield Problem(f"secret_values.{spec.name}", f"the fields {fields}", found)


def _nobody_told(raw: Mapping[str, Any], system: System) -> Iterator[Problem]:
    """Find a stack that others are promoted to, and of whose alarms nobody hears."""
    topic = system.alarm_topic
    if topic and raw.get("promoted_from") and not _mapping(raw, "subscribers").get(topic):
        told = "at least one mail address that hears of alarms"
        yield Problem(f"subscribers.{topic}", told, "none")


def _snap_start(raw: Mapping[str, Any], system: System) -> Iterator[Problem]:
    """Find a Python on which functions that start from snapshots could not."""
    named = raw.get("python")
    python = f"3.{sys.version_info.minor}" if named == "at-hand" else named
    names = ", ".join(spec.name for spec in system.functions if spec.snap_start)
    known = isinstance(python, str) and re.fullmatch(r"3\.\d+", python)
    if names and known and not has_snap_start(str(python)):
        yield Problem("python", f"one with SnapStart, which {names} ask for", repr(named))


def _concurrency(raw: Mapping[str, Any], system: System) -> Iterator[Problem]:
    overrides = _mapping(raw, "functions")
    for spec in system.functions:
        override = overrides.get(spec.name)
        reserved = override.get("reserved_concurrency") if isinstance(override, dict) else None
        for trigger in spec.triggers:
            if not isinstance(trigger, OnQueue) or not isinstance(reserved, int):
                continue
            if reserved < trigger.maximum_concurrency:
                yield Problem(
                    f"functions.{spec.name}.reserved_concurrency",
                    f"at least the {trigger.maximum_concurrency} that its queue starts at once",
                    repr(reserved),
                )


def _value_problems(
    spec: SettingSpec, application: Mapping[str, Any], stage: str
) -> Iterator[Problem]:
    key = f"application.{spec.name}"
    if spec.name not in application:
        yield Problem(key, f"a {spec.kind.value} ({spec.purpose})", "nothing")
        return
    value = application[spec.name]
    only = spec.only.get(stage)
    if only is not None and value != only:
        yield Problem(key, f"{only!r}, the only one for {stage}", repr(value))
    elif spec.kind is SettingKind.URL and not _is_url(value):
        yield Problem(key, "an http or https URL", repr(value))
    elif spec.kind is SettingKind.NUMBER and not _in_range(value, spec):
        yield Problem(key, f"a number from {spec.minimum:g} to {spec.maximum:g}", repr(value))


def _is_url(value: object) -> bool:
    if not isinstance(value, str):
        return False
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _in_range(value: object, spec: SettingSpec) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    low = -math.inf if spec.minimum is None else spec.minimum
    high = math.inf if spec.maximum is None else spec.maximum
    return number.is_finite() and low <= number <= high

"""Asks an advisory source which pins are known to be bad; one shipped sample stands in for none.

Records and service: https://ossf.github.io/osv-schema/ and https://google.github.io/osv.dev/api/
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packager.errors import PackagingError
from packager.supply.pins import Pin

SERVICE = "https://api.osv.dev"
SAMPLE = Path(__file__).with_name("advisories.json")
_BATCH = 1_000
"""Queries that the service takes in one request."""
_TIMEOUT_S = 20


class Unreachable(Exception):
    """No answer came from an advisory source."""


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """One advisory that holds for one pin."""

    pin: Pin
    advisory: str


def ask(pins: Sequence[Pin], service: str = SERVICE) -> tuple[Finding, ...]:
    """Ask the service about every pin; Unreachable where it gives no answer."""
    found: list[Finding] = []
    for start in range(0, len(pins), _BATCH):
        batch = pins[start : start + _BATCH]
        answers = _post(f"{service}/v1/querybatch", {"queries": [_query(pin) for pin in batch]})
        results = answers.get("results", [])
        if len(results) != len(batch):
            raise PackagingError(
                f"{service}: expected {len(batch)} results, found {len(results)}. Ask again later."
            )
        for pin, result in zip(batch, results, strict=True):
            found.extend(Finding(pin, about["id"]) for about in (result or {}).get("vulns", []))
    return tuple(sorted(found))


def look_up(pins: Iterable[Pin], sample: Path = SAMPLE) -> tuple[Finding, ...]:
    """Hold every pin to the sample of advisories that ships with the packager."""
    records = json.loads(sample.read_text(encoding="utf-8"))["advisories"]
    by_package: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for record in records:
        for affected in record["affected"]:
            package = affected["package"]
            about = {"id": record["id"], **affected}
            by_package.setdefault((package["ecosystem"], package["name"]), []).append(about)
    return tuple(sorted(_matches(pins, by_package)))


def sample_age(sample: Path = SAMPLE) -> tuple[str, int]:
    """Say when the sample was made, and how many advisories it has."""
    about = json.loads(sample.read_text(encoding="utf-8"))
    return str(about["made"]), len(about["advisories"])


def _matches(
    pins: Iterable[Pin], by_package: Mapping[tuple[str, str], Sequence[Mapping[str, Any]]]
) -> Iterator[Finding]:
    for pin in pins:
        for affected in by_package.get((pin.ecosystem, pin.name), ()):
            if any(_is_within(pin.version, span["events"]) for span in affected["ranges"]):
                yield Finding(pin, affected["id"])


def _is_within(version: str, events: Sequence[Mapping[str, str]]) -> bool:
    """Tell whether a version lies between an `introduced` and the `fixed` that follows it."""
    from packaging.version import InvalidVersion, Version

    def number(text: str) -> Version:
        try:
            return Version(text)
        except InvalidVersion:
            # A pseudo-version of Go: what counts is the release that it is based on.
            return Version(text.partition("-")[0].partition("+")[0])

    affected = False
    for event in events:
        if "introduced" in event:
            affected = affected or number(version) >= number(event["introduced"])
        elif number(version) >= number(event["fixed"]):
            affected = False
    return affected


def _query(pin: Pin) -> Mapping[str, Any]:
    return {"package": {"name": pin.name, "ecosystem": pin.ecosystem}, "version": pin.version}


def _post(address: str, body: Mapping[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as answer:
            found: dict[str, Any] = json.load(answer)
    except (OSError, urllib.error.URLError) as error:
        raise Unreachable(f"{address}: {error}") from None
    except ValueError:
        raise PackagingError(f"{address}: expected JSON, found something else") from None
    return found

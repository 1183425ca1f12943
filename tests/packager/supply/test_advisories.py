from __future__ import annotations

import socket

import pytest

from packager.errors import PackagingError
from packager.supply.advisories import Finding, Unreachable, ask, look_up, sample_age
from packager.supply.pins import GO, PYTHON, Pin
from tests.packager.supply.osv_service import advisory_service

OLD = Pin(PYTHON, "requests", "2.30.0", "uv.lock")
NEW = Pin(PYTHON, "requests", "2.33.0", "uv.lock")


def test_the_service_is_asked_about_every_pin() -> None:
    many = [Pin(PYTHON, f"p{number}", "1.0", "uv.lock") for number in range(1_001)]
    with advisory_service({"requests 2.30.0": "CVE-1", "p1000 1.0": "CVE-2"}) as service:
        assert ask([*many, OLD, NEW], service) == (
            Finding(many[1000], "CVE-2"),
            Finding(OLD, "CVE-1"),
        )


def test_a_service_that_is_away_is_told_from_one_that_knows_nothing() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable):
            ask([OLD], f"http://127.0.0.1:{taken.getsockname()[1]}")
    with advisory_service({}) as service:
        assert ask([OLD], service) == ()


@pytest.mark.parametrize("answer", [b"<html>", b'{"results": []}', b"{}"])
def test_an_answer_that_cannot_be_one_is_no_all_clear(answer: bytes) -> None:
    with advisory_service({}, answer) as service, pytest.raises(PackagingError, match="expected"):
        ask([OLD], service)


@pytest.mark.parametrize(
    ("pin", "found"),
    [
        (OLD, {"CVE-2023-32681", "CVE-2024-35195", "CVE-2024-47081"}),
        (NEW, set()),
        (Pin(PYTHON, "urllib3", "1.26.18", "l"), {"CVE-2024-37891", "CVE-2025-50181"}),
        (Pin(PYTHON, "urllib3", "2.0.6", "l"),
         {"CVE-2023-45803", "CVE-2024-37891", "CVE-2025-50181"}),
        (Pin(GO, "golang.org/x/net", "0.16.1-0.20231012003039-104605ab7028", "l"),
         {"CVE-2023-44487", "CVE-2024-45338"}),
        (Pin(PYTHON, "golang.org/x/net", "0.1", "l"), set()),
    ],
)  # fmt: skip
def test_the_sample_holds_versions_between_introduced_and_fixed(pin: Pin, found: set[str]) -> None:
    assert {finding.advisory for finding in look_up([pin])} == found


def test_the_sample_says_how_old_and_how_small_it_is() -> None:
    made, count = sample_age()
    assert made >= "2026-11-29"
    assert count == 13

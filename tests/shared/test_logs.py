"""Log lines are JSON objects with the run's ids and without secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from the_alchemiser.shared.logs import (
    bind_run,
    configure,
    get_logger,
    redact,
    unbind_run,
    without_secrets,
)


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    configure("test_v2", "INFO")
    unbind_run()
    yield
    unbind_run()


def line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


def test_a_line_carries_function_and_run(capsys: pytest.CaptureFixture[str]) -> None:
    bind_run("workflow-1", "event-1")
    get_logger().info("hello", count=3)
    found = line(capsys)
    assert found == found | {
        "event": "hello",
        "level": "info",
        "function": "test_v2",
        "correlation_id": "workflow-1",
        "causation_id": "event-1",
        "count": 3,
    }
    assert found["timestamp"].endswith("Z")


def test_a_line_after_the_run_carries_no_ids(capsys: pytest.CaptureFixture[str]) -> None:
    bind_run("workflow-1", "event-1")
    unbind_run()
    get_logger().info("hello")
    assert "correlation_id" not in line(capsys)


def test_lines_below_the_level_are_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    configure("test_v2", "warning")
    get_logger().info("hello")
    assert capsys.readouterr().out == ""


def test_an_unknown_level_means_info(capsys: pytest.CaptureFixture[str]) -> None:
    configure("test_v2", "loud")
    get_logger().debug("hello")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "name",
    ["secret", "ALPACA__SECRET", "api_key", "apiKey", "password", "Authorization", "APCA-API-X"],
)
def test_fields_named_like_secrets_are_blotted_out(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    get_logger().info("hello", **{name: "abc"}, nested={name: ["abc"]})
    assert "abc" not in capsys.readouterr().out


def test_the_address_of_a_secret_is_no_secret() -> None:
    assert without_secrets({"secret_arn": "arn:x"}) == {"secret_arn": "arn:x"}


def test_known_secrets_are_blotted_out_wherever_they_turn_up(
    capsys: pytest.CaptureFixture[str],
) -> None:
    redact("PKVERYSECRET")
    try:
        raise ValueError("401 for PKVERYSECRET")
    except ValueError as error:
        get_logger().exception("failed PKVERYSECRET", error=error, items=["PKVERYSECRET"])
    out = capsys.readouterr().out
    assert "PKVERYSECRET" not in out
    assert "[redacted]" in out
    assert "ValueError" in out


def test_texts_too_short_for_a_secret_are_left_alone() -> None:
    redact("abc")
    assert without_secrets("abc") == "abc"


def test_odd_values_do_not_break_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    get_logger().info("hello", value=object(), keys={1: 2}, names={"a"})
    assert line(capsys)["keys"] == {"1": 2}

from __future__ import annotations

import asyncio
from unittest.mock import patch

import pulumi
import pytest

from components.gate import changed, function_gate

OLD = {
    "sourceCodeHash": "abc=",
    "layers": ["arn:1"],
    "runtime": "python3.12",
    "handler": "h",
    "memorySize": 512,
}


def test_a_new_function_is_checked() -> None:
    assert changed(None, OLD)


@pytest.mark.parametrize(
    "change",
    [
        {"sourceCodeHash": "def="},
        {"layers": ["arn:2"]},
        {"layers": ["arn:1", "arn:2"]},
        {"runtime": "python3.13"},
        {"handler": "g"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_change_of_what_ships_is_checked(change: dict[str, object]) -> None:
    assert changed(OLD, OLD | change)


def test_a_change_of_size_alone_is_not_checked() -> None:
    assert not changed(OLD, OLD | {"memorySize": 1024})


def test_an_archive_whose_place_a_refresh_forgot_is_not_checked_again() -> None:
    forgotten = OLD | {"code": pulumi.AssetArchive({})}

    assert not changed(forgotten, OLD | {"code": pulumi.FileArchive("/elsewhere/abc.zip")})


def run_hook(args: pulumi.ResourceHookArgs, checked: list[str]) -> None:
    def check(name: str) -> None:
        checked.append(name)
        if name == "bad":
            raise ValueError("too large")

    with patch("pulumi.resource_hooks.register_resource_hook"):
        hook = function_gate(check)
    awaited = hook(args)
    assert awaited is not None
    asyncio.run(awaited)  # type: ignore[arg-type]


def hook_args(name: str, old: dict[str, object] | None) -> pulumi.ResourceHookArgs:
    return pulumi.ResourceHookArgs(
        urn="urn", id="", name=f"{name}-function", type="t", new_inputs=OLD, old_inputs=old
    )


def test_the_check_gets_the_functions_own_name() -> None:
    checked: list[str] = []
    run_hook(hook_args("portfolio_v2", None), checked)

    assert checked == ["portfolio_v2"]


def test_an_unchanged_function_is_let_through_unchecked() -> None:
    checked: list[str] = []
    run_hook(hook_args("bad", OLD), checked)

    assert checked == []


def test_a_failed_check_stops_the_function() -> None:
    with pytest.raises(ValueError, match="too large"):
        run_hook(hook_args("bad", None), [])

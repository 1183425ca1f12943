"""Holds a stack's aliases where a rollback put them, until `forward` lets go of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.engine import Engine
from operations.errors import OperationError
from operations.release import Release

HELD = "alchemiser:held"
"""Stack setting: a release, and the version of each function that is held."""


class Hold(BaseModel):
    """What a stack's file says of a rollback that stands."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    release: str
    """Number of the release that was restored."""
    functions: dict[str, str]
    """Version by function."""


def hold_in(settings: Mapping[str, Any]) -> Hold | None:
    """Read what a stack's file holds, or None where it holds nothing."""
    found = settings.get(HELD)
    if found is None:
        return None
    try:
        return Hold.model_validate(found)
    except ValidationError as error:
        message = (
            f"{HELD}: expected a release and the functions' versions, found {found!r}. Write it "
            "as `make rollback` does, or take it out."
        )
        raise OperationError(message) from error


def write_hold(engine: Engine, before: Hold | None, after: Hold | None) -> None:
    """Let the stack's file hold exactly this, or nothing."""
    if before == after:
        return
    if before is not None:
        engine.run("config", "rm-all", "--path", HELD)
    if after is None:
        return
    pairs = (
        f"{HELD}.release={after.release}",
        *(f"{HELD}.functions.{name}={it}" for name, it in sorted(after.functions.items())),
    )
    arguments = [argument for pair in pairs for argument in ("--plaintext", pair)]
    engine.run("config", "set-all", "--path", *arguments)


def hold_text(stack: str, hold: Hold, newest: Mapping[str, str], release: Release | None) -> str:
    """Say in one line what is held, and how to let go of it; `release` is the one gone back to."""
    restored = release.versions if release else {}
    is_part = any(restored.get(name, it) != it for name, it in hold.functions.items())
    behind = sorted(
        f"{name} {version} (newest {newest[name]})"
        for name, version in hold.functions.items()
        if newest.get(name, version) != version
    )
    told = f": {', '.join(behind)}" if behind else ""
    return (
        f"{stack} is held {'in part ' if is_part else ''}at release {hold.release} by a rollback"
        f"{told}. What is deployed does not go live until `make forward STACK={stack}`."
    )


def require_same_hold(stack: str, hold: Hold | None, last: Release | None) -> None:
    """Raise OperationError where the stack's file and its last release disagree on the hold.

    A rollback writes the file of the checkout that it runs in; an update from another one would
    move the aliases forward without a word.
    """
    recorded = last is not None and last.held
    if last is None or recorded == (hold is not None):
        return
    if recorded:
        message = (
            f"{stack} is held: release {last.number} restored release {last.origin}, and "
            f"Pulumi.{stack}.yaml here does not say so. Commit the file of the checkout that went "
            f"back, or let go: make forward STACK={stack}. Nothing was changed."
        )
    else:
        message = (
            f"Pulumi.{stack}.yaml holds release {hold and hold.release}, and the stack's release "
            f"{last.number} is not held: a rollback was cut off, or the file is an old one. Finish "
            f"it with make rollback STACK={stack}, or let go: make forward STACK={stack}. Nothing "
            "was changed."
        )
    raise OperationError(message)

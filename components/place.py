"""Keeps a stack where it is: a change of account or region would leave all of it behind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from components.settings import StackSettings


def require_same_place(settings: StackSettings, deployed: Mapping[str, Any]) -> None:
    """End the program when a stack's file names another place than the one where it runs.

    `deployed` are the stack's own outputs from before; an empty stack may go anywhere.
    """
    wanted = {"region": settings.region, "account_id": settings.account_id}
    for facts in (deployed.get("functions") or {}).values():
        _, _, _, region, account_id, *_ = facts["arn"].split(":")
        found = {"region": region, "account_id": account_id}
        differing = [key for key in wanted if wanted[key] != found[key]]
        if differing:
            said = ", ".join(f"{key} {wanted[key]} instead of {found[key]}" for key in differing)
            raise pulumi.RunError(
                f"Stack {settings.stage} is deployed elsewhere: its file names {said}. Nothing was "
                "touched. Put back what the file said, or first take the stack down where it is: "
                f"`pulumi destroy --stack {settings.stage}`."
            )
        return

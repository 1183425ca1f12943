"""Holds what functions reserve to what their account allows, before anything is made.

https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
import pulumi
from botocore.exceptions import ClientError

from blueprint import System
from components.addresses import Addresses
from components.settings import StackSettings

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

KEPT_UNRESERVED = 100
"""Executions at once that Lambda keeps for functions that reserve none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """What an account has of concurrent executions."""

    limit: int
    free: int
    """Of them, what nobody but this stack reserves."""

    @property
    def reservable(self) -> int:
        """What the functions of this stack may reserve together."""
        return max(self.free - KEPT_UNRESERVED, 0)


def reservations(system: System, settings: StackSettings) -> Mapping[str, int]:
    """Give what each function of a stack reserves, by its deployed name."""
    names = Addresses(
        system=system.name,
        stage=settings.stage,
        account_id=settings.account_id,
        region=settings.region,
    )
    return {
        names.name(spec.physical_name): spec.reserved_concurrency
        for spec in system.functions
        if spec.reserved_concurrency is not None
    }


def require_reservable(system: System, settings: StackSettings) -> None:
    """End the program where an account on AWS cannot give what is reserved; else tell the sum.

    The emulator has as many executions as its machine has memory for, and refuses nothing.
    """
    reserved = reservations(system, settings)
    if settings.endpoint is not None or not reserved:
        return
    client = boto3.client("lambda", region_name=settings.region)
    allowance = read_allowance(client, reserved)
    if problem := excess(reserved, allowance, settings):
        raise pulumi.RunError(problem)
    pulumi.log.info(
        f"Account {settings.account_id} allows {allowance.limit} concurrent executions, "
        f"{allowance.reservable} of them reservable by this stack, which reserves "
        f"{sum(reserved.values())}."
    )


def read_allowance(client: LambdaClient, functions: Mapping[str, int]) -> Allowance:
    """Ask Lambda what the account has, and what these functions hold of it already."""
    limits = client.get_account_settings()["AccountLimit"]
    held = sum(_held(client, function) for function in functions)
    return Allowance(
        limit=limits["ConcurrentExecutions"],
        free=limits["UnreservedConcurrentExecutions"] + held,
    )


def _held(client: LambdaClient, function: str) -> int:
    try:
        answer = client.get_function_concurrency(FunctionName=function)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return 0
        raise
    return answer.get("ReservedConcurrentExecutions", 0)


def excess(
    reserved: Mapping[str, int], allowance: Allowance, settings: StackSettings
) -> str | None:
    """Say what is reserved beyond what is allowed, and which setting changes that."""
    wanted = sum(reserved.values())
    if wanted <= allowance.reservable:
        return None
    named = ", ".join(f"{function} {count}" for function, count in reserved.items())
    return (
        f"Account {settings.account_id} has {allowance.limit} concurrent executions in "
        f"{settings.region}, of which functions of stack {settings.stage} may reserve "
        f"{allowance.reservable} (Lambda keeps {KEPT_UNRESERVED} unreserved); they reserve "
        f"{wanted}: {named}. Nothing was touched. Set `reserves_concurrency: false` in "
        f"Pulumi.{settings.stage}.yaml, or ask AWS for more: Service Quotas, Lambda, Concurrent "
        "executions."
    )

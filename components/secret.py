"""Secrets: their place always, their value only where the stack gives one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import secretsmanager

from blueprint import SecretSpec
from components.addresses import Addresses
from components.settings import StackSettings
from components.stack_context import StackContext


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretArgs:
    """A value that stands here is in the state of the stack, encrypted."""

    spec: SecretSpec
    addresses: Addresses
    recovery_days: int
    """Days in which a deleted secret can be brought back; 0 deletes at once."""
    value: Mapping[str, str] | None = None
    """Its fields; None leaves it to the operator to fill in once."""


class Secret(pulumi.ComponentResource):
    """Keeps credentials where only the functions that are granted them can read."""

    arn: pulumi.Output[str]
    """Its ARN, which is all that a function's environment carries; known once it is filled."""

    def __init__(
        self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Secret"), name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = secretsmanager.Secret(
            f"{name}-secret",
            name=args.addresses.name(args.spec.name),
            description=args.spec.purpose,
            recovery_window_in_days=args.recovery_days,
            opts=child,
        )
        filled = []
        if args.value is not None:
            written = json.dumps(dict(args.value), sort_keys=True)
            value = secretsmanager.SecretVersion(
                f"{name}-value",
                secret_id=secret.id,
                # Write-only: whoever deploys may set the value, and need not be able to read it.
                secret_string_wo=pulumi.Output.secret(written),
                secret_string_wo_version=_version(written),
                opts=child,
            )
            filled = [value.id]
        self.arn = pulumi.Output.all(secret.arn, *filled).apply(lambda made: str(made[0]))
        self.register_outputs({"arn": self.arn})


def _version(value: str) -> int:
    """Give another number for another value, which is what lets the provider write it.

    31 bits of its digest tell nothing of credentials that a service has made up.
    """
    return int.from_bytes(hashlib.sha256(value.encode()).digest()[:4]) >> 1


def make_secrets(context: StackContext) -> dict[str, Secret]:
    """Make every secret of a system, filled where the stack gives values."""
    settings = context.settings
    return {
        spec.name: Secret(
            spec.name,
            SecretArgs(
                spec=spec,
                addresses=context.addresses,
                recovery_days=settings.secret_recovery_days,
                value=_value(spec, settings),
            ),
            context.opts,
        )
        for spec in context.system.secrets
    }


def _value(spec: SecretSpec, settings: StackSettings) -> Mapping[str, str] | None:
    if spec.name in settings.secret_values or not settings.rehearsal:
        return settings.secret_values.get(spec.name)
    # What an operator fills in on AWS; without it no function would prove itself.
    return dict.fromkeys(spec.fields, "rehearsed")

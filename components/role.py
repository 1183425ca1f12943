"""Roles that one service assumes, each allowed exactly what one function or schedule needs."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam

from components.addresses import Addresses
from components.policy_documents import Statement, document, trust


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceRoleArgs:
    """Exactly one service, and exactly these statements."""

    physical_name: str
    service: str
    """The one service that may assume it."""
    purpose: str
    statements: list[Statement]
    addresses: Addresses


class ServiceRole(pulumi.ComponentResource):
    """Lets one AWS service act for this account, and nobody else."""

    arn: pulumi.Output[str]
    """ARN, known only once the permissions are in place."""

    def __init__(
        self, name: str, args: ServiceRoleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("ServiceRole"), name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=args.addresses.name(args.physical_name),
            description=args.purpose,
            permissions_boundary=args.addresses.boundary_arn,
            assume_role_policy=trust(args.service, args.addresses.account_id),
            opts=child,
        )
        policy = iam.RolePolicy(
            f"{name}-policy",
            name="grants",
            role=role.name,
            policy=document(args.statements),
            opts=child,
        )
        self.arn = pulumi.Output.all(role.arn, policy.id).apply(lambda made: str(made[0]))
        self.register_outputs({"arn": self.arn})

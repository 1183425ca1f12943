"""DynamoDB tables."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import dynamodb

from blueprint import IndexSpec, TableSpec
from components.addresses import Addresses
from components.stack_context import StackContext

PARTITION_KEY = "PK"
SORT_KEY = "SK"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableArgs:
    """Billing by request and recovery to a point in time are not up for choice."""

    spec: TableSpec
    addresses: Addresses
    protect: bool
    """Refuses deletion, by Pulumi and by DynamoDB."""


class Table(pulumi.ComponentResource):
    """Keeps items encrypted, billed by use, and restorable to any second of the last 35 days."""

    name: pulumi.Output[str]
    """Deployed name."""
    arn: pulumi.Output[str]
    """Its ARN."""

    def __init__(
        self, name: str, args: TableArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(args.addresses.token("Table"), name, None, opts)
        spec = args.spec
        table = dynamodb.Table(
            f"{name}-table",
            name=args.addresses.name(spec.name),
            billing_mode="PAY_PER_REQUEST",
            hash_key=PARTITION_KEY,
            range_key=SORT_KEY if spec.sorted else None,
            attributes=[
                dynamodb.TableAttributeArgs(name=attribute, type="S")
                for attribute in _key_attributes(spec)
            ],
            global_secondary_indexes=[_index(index) for index in spec.indexes] or None,
            ttl=_ttl(spec.ttl_attribute),
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            server_side_encryption=dynamodb.TableServerSideEncryptionArgs(enabled=True),
            deletion_protection_enabled=args.protect,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.name = table.name
        self.arn = table.arn
        self.register_outputs({"name": table.name, "arn": table.arn})


def make_tables(context: StackContext) -> dict[str, Table]:
    """Make every table of a system."""
    return {
        spec.name: Table(
            spec.name,
            TableArgs(spec=spec, addresses=context.addresses, protect=context.settings.protect),
            context.opts,
        )
        for spec in context.system.tables
    }


def _key_attributes(spec: TableSpec) -> list[str]:
    own = [PARTITION_KEY, SORT_KEY] if spec.sorted else [PARTITION_KEY]
    indexed = [key for index in spec.indexes for key in (index.partition_key, index.sort_key)]
    return own + indexed


def _index(spec: IndexSpec) -> dynamodb.TableGlobalSecondaryIndexArgs:
    return dynamodb.TableGlobalSecondaryIndexArgs(
        name=spec.name,
        key_schemas=[
            dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                attribute_name=spec.partition_key, key_type="HASH"
            ),
            dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                attribute_name=spec.sort_key, key_type="RANGE"
            ),
        ],
        projection_type="ALL",
    )


def _ttl(attribute: str | None) -> dynamodb.TableTtlArgs | None:
    if attribute is None:
        return None
    return dynamodb.TableTtlArgs(enabled=True, attribute_name=attribute)

"""The table of resource types: one row each, from one module a service."""

from __future__ import annotations

from collections.abc import Mapping

from local.providers.aws import (
    alarms,
    aliases,
    composite_alarms,
    dashboards,
    dynamodb,
    event_sources,
    event_targets,
    events,
    functions,
    iam,
    invoking,
    kms,
    layers,
    logs,
    permissions,
    s3_bucket,
    s3_lifecycle,
    s3_settings,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
    subscriptions,
)
from local.providers.resource import ResourceType

MODULES = (
    alarms,
    aliases,
    composite_alarms,
    dashboards,
    dynamodb,
    event_sources,
    event_targets,
    events,
    functions,
    iam,
    invoking,
    kms,
    layers,
    logs,
    permissions,
    s3_bucket,
    s3_lifecycle,
    s3_settings,
    scheduler,
    secretsmanager,
    sns,
    sqs,
    ssm,
    subscriptions,
)

ROWS: Mapping[str, ResourceType] = {row.token: row for module in MODULES for row in module.ROWS}

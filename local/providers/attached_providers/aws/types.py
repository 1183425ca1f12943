"""The table of resource types: one row each, from one module a service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from attached_providers.aws import (
    alarms,
    aliases,
    code_signing,
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
from attached_providers.aws.limits import compute, messaging, storage, watching
from attached_providers.limits import Limits, tags
from attached_providers.resource import ResourceType

MODULES = (
    alarms, aliases, code_signing, composite_alarms, dashboards, dynamodb, event_sources,
    event_targets, events, functions, iam, invoking, kms, layers, logs, permissions, s3_bucket,
    s3_lifecycle, s3_settings, scheduler, secretsmanager, sns, sqs, ssm, subscriptions,
)  # fmt: skip

LIMITS: Mapping[str, Limits] = (
    compute.LIMITS | messaging.LIMITS | storage.LIMITS | watching.LIMITS  # type: ignore[operator]
)


def _limited(row: ResourceType) -> ResourceType:
    return replace(row, limits={**LIMITS[row.token], **({"tags": tags} if row.tagged else {})})


ROWS: Mapping[str, ResourceType] = {
    row.token: _limited(row) for module in MODULES for row in module.ROWS
}

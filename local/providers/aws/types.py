"""The table of resource types: one row each, from one module a service."""

from __future__ import annotations

from collections.abc import Mapping

from local.providers.aws import (
    aliases,
    event_sources,
    events,
    functions,
    iam,
    invoking,
    layers,
    logs,
    permissions,
    s3_bucket,
    s3_settings,
    sqs,
)
from local.providers.resource import ResourceType

MODULES = (
    aliases,
    event_sources,
    events,
    functions,
    iam,
    invoking,
    layers,
    logs,
    permissions,
    s3_bucket,
    s3_settings,
    sqs,
)

ROWS: Mapping[str, ResourceType] = {row.token: row for module in MODULES for row in module.ROWS}

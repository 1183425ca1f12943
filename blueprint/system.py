"""Everything that one stack deploys, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from blueprint.functions import FunctionSpec
from blueprint.grants import Reference, Setting
from blueprint.layers import LayerSpec
from blueprint.resources import (
    AlarmSpec,
    BucketSpec,
    BusSpec,
    QueueSpec,
    SecretSpec,
    SettingSpec,
    TableSpec,
    TopicSpec,
)

PYTHON_VERSION = "3.12"
"""Python of the Lambda runtime: wheel tags, function runtime and layer compatibility follow it."""

ARCHITECTURE = "x86_64"
"""Instruction set of functions and layers, as Lambda spells it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """Everything that one stack deploys, by kind."""

    name: str
    """First part of every deployed name."""
    functions: tuple[FunctionSpec, ...]
    layers: tuple[LayerSpec, ...]
    bus: BusSpec
    tables: tuple[TableSpec, ...] = ()
    queues: tuple[QueueSpec, ...] = ()
    buckets: tuple[BucketSpec, ...] = ()
    topics: tuple[TopicSpec, ...] = ()
    secrets: tuple[SecretSpec, ...] = ()
    alarms: tuple[AlarmSpec, ...] = ()
    settings: tuple[SettingSpec, ...] = ()
    environment: Mapping[str, Reference | Setting | str] = field(
        default_factory=lambda: MappingProxyType({})
    )
    """Variables that every function gets."""
    metrics: str
    """First part of the one metric namespace; the stage is the second."""
    artifact_bucket: str
    """Bucket that keeps the built layers."""
    undelivered_queue: str
    """Standard queue for what rules, schedules and topics could not deliver."""
    failed_queue: str
    """Standard queue for asynchronous calls that failed for good."""
    alarm_topic: str
    """Topic that every alarm speaks to."""

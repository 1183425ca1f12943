"""How clients reach each thing that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from blueprint import Reference, ResourceKind, System
from components.addresses import ALIAS, Addresses
from components.bucket import Bucket
from components.bus import EventBus
from components.environment import Directory
from components.queue import WorkQueue
from components.secret import Secret
from components.table import Table
from components.topic import Topic


@dataclass(frozen=True, kw_only=True, slots=True)
class Resources:
    """Everything that functions keep things in or talk through, by catalogue name."""

    tables: Mapping[str, Table]
    buckets: Mapping[str, Bucket]
    queues: Mapping[str, WorkQueue]
    topics: Mapping[str, Topic]
    secrets: Mapping[str, Secret]
    bus: EventBus


def directory(system: System, addresses: Addresses, resources: Resources) -> Directory:
    """List every thing that an environment variable may refer to."""
    entries: dict[Reference, pulumi.Input[str]] = {
        Reference(ResourceKind.BUS, system.bus.name): resources.bus.name,
        Reference(ResourceKind.METRICS, system.metrics): addresses.namespace(system.metrics),
    }
    for name, table in resources.tables.items():
        entries[Reference(ResourceKind.TABLE, name)] = table.name
    for name, bucket in resources.buckets.items():
        entries[Reference(ResourceKind.BUCKET, name)] = bucket.name
    for name, queue in resources.queues.items():
        entries[Reference(ResourceKind.QUEUE, name)] = queue.url
    for name, topic in resources.topics.items():
        entries[Reference(ResourceKind.TOPIC, name)] = topic.arn
    for name, secret in resources.secrets.items():
        entries[Reference(ResourceKind.SECRET, name)] = secret.arn
    for spec in system.functions:
        # A fixed name, so that functions may start each other without waiting for each other.
        entries[Reference(ResourceKind.FUNCTION, spec.name)] = (
            f"{addresses.name(spec.physical_name)}:{ALIAS}"
        )
    return entries

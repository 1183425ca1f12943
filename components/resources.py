"""How clients reach each thing that was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    bus: EventBus | None


def directory(system: System, addresses: Addresses, resources: Resources) -> Directory:
    """List every thing that an environment variable may refer to."""
    entries = dict(_of_the_whole(system, addresses, resources))
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


def _of_the_whole(
    system: System, addresses: Addresses, resources: Resources
) -> Iterator[tuple[Reference, pulumi.Input[str]]]:
    if system.bus and resources.bus:
        yield Reference(ResourceKind.BUS, system.bus.name), resources.bus.name
    if system.metrics:
        metrics = Reference(ResourceKind.METRICS, system.metrics)
        yield metrics, addresses.namespace(system.metrics)


def artifact_bucket(system: System, resources: Resources) -> pulumi.Output[str]:
    """Name the bucket that built artifacts are taken from; end the program where there is none."""
    if system.artifact_bucket is None:
        raise pulumi.RunError(
            f"System {system.name!r} was expected to name an artifact_bucket: layers, and zips too "
            "large to travel in a request, are taken from it. Name one of its buckets."
        )
    return resources.buckets[system.artifact_bucket].name

"""What each function is asked to touch, without effect, before it goes live.

Reads can be tried on what cannot be there, and a call can be rehearsed. Not tried are what has an
effect whenever it is allowed: writing and removing items or objects, sending to queues, topics and
the bus, and publishing metrics.
"""

from __future__ import annotations

from collections.abc import Iterator

from blueprint import FunctionSpec, Grant, Operation, ResourceKind, System
from components.addresses import ALIAS, Addresses
from components.grants import READS

Probe = dict[str, str]

NOBODYS = "health-probe"
"""Stands in patterns of objects for what nothing is called."""

READING = (Operation.GET, Operation.QUERY, Operation.SCAN)


def probes(spec: FunctionSpec, system: System, addresses: Addresses) -> list[Probe]:
    """List what one function's grants let it touch without effect."""
    found = (_probe(grant, system, addresses) for grant in spec.grants)
    return [probe for probes in found for probe in probes]


def _probe(grant: Grant, system: System, addresses: Addresses) -> Iterator[Probe]:
    kind, name = grant.target.kind, grant.target.name
    match kind:
        case ResourceKind.TABLE:
            table = next(it for it in system.tables if it.name == name)
            keys = "PK,SK" if table.sorted else "PK"
            probe = {"kind": kind.value, "name": addresses.name(name), "keys": keys}
            yield from ({**probe, "by": str(it)} for it in READING if it in grant.operations)
            for index in table.indexes:
                if index.name in grant.indexes:
                    keys = f"{index.partition_key},{index.sort_key}"
                    yield {**probe, "keys": keys, "by": str(Operation.QUERY), "index": index.name}
        case ResourceKind.BUCKET if grant.access in READS:
            for pattern in grant.keys:
                key = pattern.replace("*", NOBODYS)
                yield {"kind": kind.value, "name": addresses.bucket(name), "key": key}
        case ResourceKind.SECRET:
            yield {"kind": kind.value, "name": addresses.name(name)}
        case ResourceKind.FUNCTION:
            target = next(it for it in system.functions if it.name == name)
            yield {"kind": kind.value, "name": f"{addresses.name(target.physical_name)}:{ALIAS}"}

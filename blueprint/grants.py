"""What a function may touch, and how it learns the name of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ResourceKind(StrEnum):
    """Kinds of thing that a function is granted or told of."""

    TABLE = "table"
    QUEUE = "queue"
    BUCKET = "bucket"
    TOPIC = "topic"
    FUNCTION = "function"
    SECRET = "secret"
    BUS = "bus"
    METRICS = "metrics"


@dataclass(frozen=True, slots=True)
class Reference:
    """Names another catalogue entry; as an environment variable it carries what a client needs.

    A table, bucket or bus gives its name, a queue its URL, a topic or secret its ARN, a function
    its name with the alias, and metrics their namespace.
    """

    kind: ResourceKind
    name: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Names a per-stack setting, for an environment variable that carries its value."""

    name: str


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Names a queue, for a variable that carries how many of its messages are worked at once."""

    queue: str


Value = Reference | Setting | AtOnce | str
"""What an environment variable carries."""


class Operation(StrEnum):
    """What may be done with a table's items; a write in a transaction counts as itself."""

    GET = "GetItem"
    QUERY = "Query"
    SCAN = "Scan"
    PUT = "PutItem"
    UPDATE = "UpdateItem"
    DELETE = "DeleteItem"


class Access(StrEnum):
    """What a grant permits; components turn each into least-privilege statements."""

    ITEMS = "items"
    """Do the named operations on a table, and query the named indexes."""
    READ = "read"
    WRITE = "write"
    READ_WRITE = "read-write"
    READ_WRITE_REMOVE = "read-write-remove"
    SEND = "send"
    PUBLISH = "publish"
    INVOKE = "invoke"
    PUT_METRICS = "put-metrics"


@dataclass(frozen=True, slots=True)
class Grant:
    """Lets a function do one kind of thing to one catalogue entry."""

    access: Access
    target: Reference
    operations: frozenset[Operation] = frozenset()
    """On a table."""
    indexes: tuple[str, ...] = ()
    """Of a table, to be queried."""
    keys: tuple[str, ...] = ("*",)
    """Of a bucket: patterns of the objects that are read and written."""
    removable: tuple[str, ...] = ("*",)
    """Of a bucket: patterns of those that may be removed, where any may."""

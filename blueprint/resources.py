"""What functions keep, send and watch: tables, queues, buckets and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexSpec:
    """One global secondary index, with all attributes projected."""

    name: str
    purpose: str
    """What question it answers."""

    @property
    def partition_key(self) -> str:
        """Attribute that the index is partitioned by."""
        return f"{self.name}PK"

    @property
    def sort_key(self) -> str:
        """Attribute that the index is sorted by."""
        return f"{self.name}SK"


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSpec:
    """One DynamoDB table, keyed by the string attributes PK and, where `sorted`, SK."""

    name: str
    purpose: str
    sorted: bool = True
    indexes: tuple[IndexSpec, ...] = ()
    ttl_attribute: str | None = None
    """Attribute with the epoch second after which an item may be deleted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueSpec:
    """One SQS queue; its visibility timeout follows from the timeout of the function it starts."""

    name: str
    purpose: str
    fifo: bool = False
    retention_days: int = 4
    max_receives: int | None = 3
    """Deliveries before a message moves to the queue's own dead-letter queue; None: it is one."""
    old_message_s: int = 1800
    """Seconds after which a waiting message is worth an alarm."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BucketSpec:
    """One S3 bucket: private, encrypted, versioned, TLS only."""

    name: str
    purpose: str
    expire_days: int | None = None
    """Days after which an object goes; None keeps it."""
    noncurrent_days: int = 30
    """Days after which a replaced or deleted version goes."""
    logs_to: str | None = None
    """Bucket that gets the access log."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicSpec:
    """One SNS topic; each stack's file says who subscribes."""

    name: str
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretSpec:
    """One Secrets Manager secret that holds a JSON object."""

    name: str
    purpose: str
    fields: tuple[str, ...]
    """Keys of the JSON object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class BusSpec:
    """The event bus."""

    name: str
    purpose: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlarmSpec:
    """An alarm on a metric that the system itself publishes in its namespace."""

    name: str
    purpose: str
    metric: str
    threshold: float = 1
    """The alarm goes off at this value and above."""
    period_s: int = 300
    statistic: str = "Maximum"


class SettingKind(Enum):
    """What a per-stack value must look like."""

    TEXT = "text"
    URL = "URL"
    NUMBER = "number"


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingSpec:
    """One value that each stack's file gives, and that functions get as a variable."""

    name: str
    purpose: str
    kind: SettingKind = SettingKind.TEXT
    minimum: float | None = None
    maximum: float | None = None
    only: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Stage -> the one value that this stage may have."""

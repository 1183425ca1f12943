"""The vocabulary in which a system of Lambda functions is described; it names no system.

Everything here is plain frozen data of the standard library, so that the packager, the
components, the tests and the tools can read a catalogue without any cloud SDK. What functions
keep, send and watch is described in `catalogue.model_resources`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType

from catalogue.model_resources import (
    AlarmSpec,
    BucketSpec,
    BusSpec,
    QueueSpec,
    SecretSpec,
    SettingSpec,
    TableSpec,
    TopicSpec,
)
from catalogue.model_shipping import GitSource, Shipping

PYTHON_VERSION = "3.12"
"""Python of the Lambda runtime: wheel tags, function runtime and layer compatibility follow it."""

ARCHITECTURE = "x86_64"
"""Instruction set of functions and layers, as Lambda spells it."""


# --- What ships -------------------------------------------------------------------------------


class LayerKind(Enum):
    """Where a layer's content comes from."""

    DEPENDENCIES = "dependencies"
    SOURCES = "sources"
    GIT = "git"


@dataclass(frozen=True, kw_only=True, slots=True)
class LayerSpec:
    """One Lambda layer."""

    name: str
    """Folder below layers/, and the name in outputs."""
    purpose: str
    kind: LayerKind = LayerKind.DEPENDENCIES
    group: str | None = None
    """Dependency group in pyproject.toml from which a DEPENDENCIES layer's lock is exported."""
    sources: tuple[str, ...] = ()
    """Root-relative folders that a SOURCES layer ships, at the same paths below python/."""
    git: GitSource | None = None
    """Repository and commit of a GIT layer's one package."""
    smoke: str = ""
    """Statement run offline against the built layer, as proof that slimming broke nothing."""


# --- What a function may touch, and how it learns the name --------------------------------------


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


class Access(StrEnum):
    """What a grant permits; components turn each into least-privilege statements."""

    READ = "read"
    WRITE = "write"
    READ_WRITE = "read-write"
    READ_WRITE_REMOVE = "read-write-remove"
    SHARE = "share"
    """Write objects and hand out links to them."""
    SEND = "send"
    PUBLISH = "publish"
    INVOKE = "invoke"
    PUT_METRICS = "put-metrics"


@dataclass(frozen=True, slots=True)
class Grant:
    """Lets a function do one kind of thing to one catalogue entry."""

    access: Access
    target: Reference


# --- What starts a function ---------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class OnEvent:
    """Started by events on the bus."""

    rule: str
    """Name of the rule, unique in the system."""
    detail_types: tuple[str, ...]
    sources: tuple[str, ...] = ()
    """Exact sources; empty with `source_prefix`."""
    source_prefix: str | None = None
    detail: Mapping[str, tuple[object, ...]] = field(default_factory=lambda: MappingProxyType({}))
    """Extra pattern on the event's own fields: field -> accepted values."""
    retries: int = 8
    """Deliveries tried again within the hour before the event goes to the undelivered queue."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OnQueue:
    """Started by messages on a queue."""

    queue: str
    batch_size: int = 1
    maximum_concurrency: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class OnSchedule:
    """Started by the clock."""

    schedule: str
    """Name of the schedule, unique in the system."""
    expression: str
    timezone: str
    input: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    retries: int = 1
    flexible_window_minutes: int = 0
    """Used only by stacks that allow a flexible window."""


Trigger = OnEvent | OnQueue | OnSchedule


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionSpec:
    """One Lambda function."""

    name: str
    """Folder below functions/, module below the_alchemiser/, and the name in outputs."""
    physical_name: str
    """Suffix of the deployed name: <system>-<stage>-<physical_name>."""
    purpose: str
    layers: tuple[str, ...]
    """What it runs on besides its own folder, in the order of Python's path."""
    shipping: Shipping = Shipping.LAYER
    """How the dependencies among its layers reach Lambda."""
    packed: tuple[LayerSpec, ...] = ()
    """Layers that ship inside its own zip or image instead; `catalogue.arrangement` fills it in."""
    triggers: tuple[Trigger, ...] = ()
    publishes: tuple[str, ...] = ()
    """Event names it may put on the bus; the grant to do so follows from them."""
    grants: tuple[Grant, ...] = ()
    environment: Mapping[str, Reference | Setting | str] = field(
        default_factory=lambda: MappingProxyType({})
    )
    timeout_s: int
    memory_mb: int
    reserved_concurrency: int | None = None
    data: tuple[str, ...] = ()
    """Root-relative folders of data files that ship in the zip at the same paths."""
    async_retries: int = 2
    """Times an asynchronous call is tried again before it goes to the failed queue; 0 to 2."""

    @property
    def handler(self) -> str:
        """Dotted path that Lambda calls."""
        return f"the_alchemiser.{self.name}.lambda_handler.lambda_handler"


# --- The whole ----------------------------------------------------------------------------------


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

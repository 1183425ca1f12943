"""Everything that one stack deploys, as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from blueprint.functions import FunctionSpec
from blueprint.grants import Value
from blueprint.layers import LayerBuild, LayerKind, LayerSpec
from blueprint.platforms import DEFAULT_PYTHON, Architecture
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
from blueprint.stages import Stage


@dataclass(frozen=True, kw_only=True, slots=True)
class System:
    """Everything that one stack deploys, by kind."""

    name: str
    """First part of every deployed name."""
    functions: tuple[FunctionSpec, ...]
    layers: tuple[LayerSpec, ...] = ()
    stages: tuple[Stage, ...] = ()
    """Stacks that it may be deployed as; without any, every name is one on AWS."""
    python: str = DEFAULT_PYTHON
    """Minor version of the Lambda runtime; wheels and layers follow it."""
    handler: str = "{name}.lambda_handler.lambda_handler"
    """Dotted path that Lambda calls in a function that names no other, with its `{name}`."""
    smallest: bool = False
    """Whether what wheels bring is compressed anew: slower, and some per cent smaller."""
    bus: BusSpec | None = None
    tables: tuple[TableSpec, ...] = ()
    queues: tuple[QueueSpec, ...] = ()
    buckets: tuple[BucketSpec, ...] = ()
    topics: tuple[TopicSpec, ...] = ()
    secrets: tuple[SecretSpec, ...] = ()
    alarms: tuple[AlarmSpec, ...] = ()
    settings: tuple[SettingSpec, ...] = ()
    environment: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    """Variables that every function gets."""
    metrics: str | None = None
    """First part of the one metric namespace; the stage is the second."""
    artifact_bucket: str | None = None
    """Bucket that keeps the built layers; a system without layers can do without."""
    undelivered_queue: str | None = None
    """Standard queue for what rules, schedules and topics could not deliver."""
    failed_queue: str | None = None
    """Standard queue for asynchronous calls that failed for good."""
    alarm_topic: str | None = None
    """Topic that every alarm speaks to."""

    def __post_init__(self) -> None:
        """Fill in what functions leave to the system."""
        object.__setattr__(self, "functions", tuple(map(self._filled, self.functions)))

    def _filled(self, spec: FunctionSpec) -> FunctionSpec:
        return replace(
            spec,
            handler=spec.handler or self.handler.format(name=spec.name),
            physical_name=spec.physical_name or spec.name.replace("_", "-"),
        )

    def stage(self, name: str) -> Stage:
        """Return the stage of this name; KeyError where the system has others."""
        known = {stage.name: stage for stage in self.stages} or {name: Stage(name=name)}
        return known[name]

    def on(self, architecture: Architecture) -> System:
        """Run every function on one instruction set."""
        moved = tuple(replace(spec, architecture=architecture) for spec in self.functions)
        return replace(self, functions=moved)

    @property
    def layer_builds(self) -> tuple[LayerBuild, ...]:
        """Every layer, for each instruction set on which some function carries it."""
        return tuple(
            LayerBuild(spec=spec, architecture=built_for, compatible=compatible)
            for spec in self.layers
            for built_for, compatible in _builds(spec, self._carriers(spec))
        )

    def carried(self, spec: FunctionSpec) -> tuple[LayerBuild, ...]:
        """Give the builds of a function's layers, in the order of Python's path."""
        builds = {
            (build.spec.name, architecture): build
            for build in self.layer_builds
            for architecture in build.compatible
        }
        return tuple(builds[name, spec.architecture] for name in spec.layers)

    def _carriers(self, layer: LayerSpec) -> tuple[Architecture, ...]:
        carriers = {spec.architecture for spec in self.functions if layer.name in spec.layers}
        # A layer without functions stays deployed until its entry goes.
        return tuple(kind for kind in Architecture if kind in carriers) or (Architecture.X86_64,)


def _builds(
    spec: LayerSpec, carriers: tuple[Architecture, ...]
) -> tuple[tuple[Architecture, tuple[Architecture, ...]], ...]:
    if spec.kind is LayerKind.SOURCES:
        # Our own sources are the same bytes everywhere.
        return ((Architecture.X86_64, carriers),)
    return tuple((architecture, (architecture,)) for architecture in carriers)

"""Checks that a catalogue is whole: every name that it uses exists, everything at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from blueprint.functions import FunctionSpec, Shipping
from blueprint.grants import Access, AtOnce, Reference, ResourceKind, Setting
from blueprint.layers import LayerKind, LayerSpec
from blueprint.limits import (
    LAYERS_PER_FUNCTION_LIMIT,
    QUEUE_CONCURRENCY_RANGE,
    SNAP_START_FIRST_PYTHON,
)
from blueprint.system import System
from blueprint.triggers import OnEvent, OnQueue, OnSchedule

BUILT_IN_SETTINGS = frozenset({"stage", "log_level"})

Known = Mapping[ResourceKind, frozenset[str]]
"""Every name that a reference may use, by its kind."""


class CatalogueError(Exception):
    """The catalogue contradicts itself; nothing was touched."""

    def __init__(self, system: str, problems: tuple[str, ...]) -> None:
        self.problems = problems
        super().__init__("\n  ".join([f"The catalogue of {system!r} is not whole:", *problems]))


def require_whole(system: System) -> System:
    """Return a catalogue that has no problem, or raise one error that lists them all."""
    found = problems(system)
    if found:
        raise CatalogueError(system.name, found)
    return system


def problems(system: System) -> tuple[str, ...]:
    """List what is wrong with a catalogue."""
    known = _known(system)
    return (
        *_duplicates(system),
        *_roles_of_parts(system),
        *_needs_bus(system),
        *_stages(system),
        *_buckets(system),
        *(problem for spec in system.layers for problem in _layer(spec)),
        *(problem for spec in system.functions for problem in _function(spec, system, known)),
        *_publishers(system),
    )


def _duplicates(system: System) -> Iterator[str]:
    triggers = [trigger for spec in system.functions for trigger in spec.triggers]
    kinds: dict[str, Iterable[str]] = {
        "stage": (stage.name for stage in system.stages),
        "function": (spec.name for spec in system.functions),
        "deployed function": (spec.physical_name for spec in system.functions),
        "layer": (spec.name for spec in system.layers),
        "table": (spec.name for spec in system.tables),
        "queue": (spec.name for spec in system.queues),
        "bucket": (spec.name for spec in system.buckets),
        "topic": (spec.name for spec in system.topics),
        "secret": (spec.name for spec in system.secrets),
        "alarm": (spec.name for spec in system.alarms),
        "setting": (spec.name for spec in system.settings),
        "rule": (trigger.rule for trigger in triggers if isinstance(trigger, OnEvent)),
        "schedule": (trigger.schedule for trigger in triggers if isinstance(trigger, OnSchedule)),
    }
    for kind, names in kinds.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield f"{kind} {name!r}: expected one, found {count}"


def _known(system: System) -> Known:
    return {
        ResourceKind.TABLE: frozenset(spec.name for spec in system.tables),
        ResourceKind.QUEUE: frozenset(spec.name for spec in system.queues),
        ResourceKind.BUCKET: frozenset(spec.name for spec in system.buckets),
        ResourceKind.TOPIC: frozenset(spec.name for spec in system.topics),
        ResourceKind.FUNCTION: frozenset(spec.name for spec in system.functions),
        ResourceKind.SECRET: frozenset(spec.name for spec in system.secrets),
        ResourceKind.BUS: frozenset({system.bus.name} if system.bus else ()),
        ResourceKind.METRICS: frozenset({system.metrics} if system.metrics else ()),
    }


def _roles_of_parts(system: System) -> Iterator[str]:
    queues = {spec.name: spec for spec in system.queues}
    for name in (system.undelivered_queue, system.failed_queue):
        if name is None:
            continue
        if name not in queues:
            yield f"system: no queue is named {name!r}"
        elif queues[name].fifo:
            yield f"queue {name!r}: failures need a standard queue, found a FIFO one"
    if system.alarm_topic not in {None, *(spec.name for spec in system.topics)}:
        yield f"system: no topic is named {system.alarm_topic!r}"
    if system.artifact_bucket not in {None, *(spec.name for spec in system.buckets)}:
        yield f"system: no bucket is named {system.artifact_bucket!r}"
    if system.layers and system.artifact_bucket is None:
        yield "system: its layers need an artifact_bucket to be taken from, found none"


def _buckets(system: System) -> Iterator[str]:
    by_name = {spec.name: spec for spec in system.buckets}
    for spec in system.buckets:
        if spec.logs_to is None:
            continue
        target = by_name.get(spec.logs_to)
        if target is None:
            yield f"bucket {spec.name!r}: no bucket is named {spec.logs_to!r}"
        elif target.logs_to is not None:
            yield f"bucket {spec.name!r}: {spec.logs_to!r} must not log to a bucket itself"


def _layer(spec: LayerSpec) -> Iterator[str]:
    if spec.strip and not spec.smoke:
        yield f"layer {spec.name!r}: strip needs a smoke statement, the proof that all still loads"
    needs: dict[LayerKind, tuple[str, object]] = {
        LayerKind.DEPENDENCIES: ("group", spec.group),
        LayerKind.SOURCES: ("sources", spec.sources),
        LayerKind.GIT: ("git", spec.git),
    }
    for kind, (field, value) in needs.items():
        if bool(value) != (kind is spec.kind):
            wanted = "needs" if kind is spec.kind else "has no use for"
            yield f"layer {spec.name!r}: a layer of kind {spec.kind.value} {wanted} {field}"


def _function(spec: FunctionSpec, system: System, known: Known) -> Iterator[str]:
    who = f"function {spec.name!r}"
    layers = {layer.name for layer in system.layers}
    yield from (f"{who}: no layer is named {name!r}" for name in spec.layers if name not in layers)
    count, limit = len(spec.layers), LAYERS_PER_FUNCTION_LIMIT
    if count > limit:
        yield f"{who}: expected at most {limit} layers, found {count}"
    settings = BUILT_IN_SETTINGS | {setting.name for setting in system.settings}
    variables = {**system.environment, **spec.environment}
    references = [grant.target for grant in spec.grants]
    references += [value for value in variables.values() if isinstance(value, Reference)]
    for reference in dict.fromkeys(references):
        if reference.name not in known[reference.kind]:
            yield f"{who}: no {reference.kind} is named {reference.name!r}"
    for name, value in variables.items():
        if isinstance(value, Setting) and value.name not in settings:
            yield f"{who}: {name} wants the setting {value.name!r}, which does not exist"
        if isinstance(value, AtOnce) and value.queue not in known[ResourceKind.QUEUE]:
            yield f"{who}: {name} asks about the queue {value.queue!r}, which does not exist"
    yield from (f"{who}: {problem}" for problem in _snap_start(spec, system.python))
    yield from (f"{who}: {problem}" for problem in _table_grants(spec, system))
    yield from _triggers(spec, known[ResourceKind.QUEUE])


def _snap_start(spec: FunctionSpec, python: str) -> Iterator[str]:
    if not spec.snap_start:
        return
    if spec.shipping is Shipping.IMAGE:
        yield "snap_start: expected a zip, found an image, of which Lambda takes no snapshot"
    if not has_snap_start(python):
        first = ".".join(map(str, SNAP_START_FIRST_PYTHON))
        yield f"snap_start: expected Python {first} or later, found {python}, which has none"


def has_snap_start(python: str) -> bool:
    """Tell whether Lambda takes snapshots of functions on a Python."""
    return tuple(map(int, python.split("."))) >= SNAP_START_FIRST_PYTHON


def _stages(system: System) -> Iterator[str]:
    names = [stage.name for stage in system.stages]
    for stage in system.stages:
        if stage.promoted_from is not None and stage.promoted_from not in names:
            yield f"stage {stage.name!r}: no stage is named {stage.promoted_from!r}"


def _needs_bus(system: System) -> Iterator[str]:
    if system.bus is None:
        for spec in system.functions:
            for trigger in spec.triggers:
                if isinstance(trigger, OnEvent):
                    yield f"rule {trigger.rule!r}: the system has no bus"


def _table_grants(spec: FunctionSpec, system: System) -> Iterator[str]:
    tables = {table.name: table for table in system.tables}
    for grant in spec.grants:
        is_table = grant.target.kind is ResourceKind.TABLE
        if is_table != (grant.access is Access.ITEMS):
            wanted = "items" if is_table else "anything but items"
            yield f"expected {wanted} of {grant.target.name!r}, found {grant.access}"
        if is_table and not (grant.operations or grant.indexes):
            yield f"{grant.target.name!r} is granted without an operation"
        if is_table and grant.target.name in tables:
            made = {index.name for index in tables[grant.target.name].indexes}
            missing = sorted(set(grant.indexes) - made)
            yield from (f"{grant.target.name!r} has no index {name!r}" for name in missing)


def _triggers(spec: FunctionSpec, queues: frozenset[str]) -> Iterator[str]:
    for trigger in spec.triggers:
        if isinstance(trigger, OnQueue):
            if trigger.queue not in queues:
                yield f"function {spec.name!r}: no queue is named {trigger.queue!r}"
            yield from _concurrency(spec, trigger)
        elif isinstance(trigger, OnEvent) and bool(trigger.sources) == bool(trigger.source_prefix):
            found = "both" if trigger.sources else "neither"
            yield f"rule {trigger.rule!r}: expected sources or a prefix of them, found {found}"


def _concurrency(spec: FunctionSpec, trigger: OnQueue) -> Iterator[str]:
    limit = trigger.maximum_concurrency
    if limit not in QUEUE_CONCURRENCY_RANGE:
        yield f"function {spec.name!r}: its queue may start 2 to 1000 at once, found {limit}"
    if spec.reserved_concurrency is not None and limit > spec.reserved_concurrency:
        yield (
            f"function {spec.name!r}: its queue starts {limit} at once, "
            f"more than the {spec.reserved_concurrency} reserved"
        )


def _publishers(system: System) -> Iterator[str]:
    published = {name for spec in system.functions for name in spec.publishes}
    for spec in system.functions:
        for trigger in spec.triggers:
            if isinstance(trigger, OnEvent):
                for name in trigger.detail_types:
                    if name not in published:
                        yield f"rule {trigger.rule!r}: nobody publishes {name}"

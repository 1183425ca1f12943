"""What a stack tells operators, tests and other stacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi

from blueprint import FunctionSpec, OnSchedule, System
from blueprint.outputs import (
    BusOutput,
    FunctionOutput,
    QueueOutput,
    ScheduleOutput,
    StackOutputs,
    TotalsOutput,
)
from components.addresses import Addresses
from components.code import Zip
from components.function import LambdaFunction
from components.layer import CodeLayer
from components.release import Release
from components.resources import Resources
from components.stack_context import StackContext


def export_outputs(
    context: StackContext,
    functions: Mapping[str, LambdaFunction],
    layers: Mapping[str, CodeLayer],
    zips: Mapping[str, Zip],
    resources: Resources,
    release: Release,
) -> None:
    """Gather every output by its name, and have the stack tell it."""
    facts = {name: layer.facts for name, layer in layers.items()}
    of_functions = {
        spec.name: _function(
            spec,
            functions[spec.name],
            zips[spec.name],
            {build.name: facts[build.name] for build in context.system.carried(spec)},
            release,
        )
        for spec in context.system.functions
    }
    outputs = StackOutputs.written(
        functions=of_functions,
        layers=facts,
        totals=pulumi.Output.all(functions=of_functions, layers=facts).apply(_totals),
        bus=resources.bus and BusOutput.written(name=resources.bus.name, arn=resources.bus.arn),
        queues={
            name: QueueOutput.written(name=queue.name, arn=queue.arn, url=queue.url)
            for name, queue in resources.queues.items()
        },
        tables={name: table.name for name, table in resources.tables.items()},
        buckets={name: bucket.name for name, bucket in resources.buckets.items()},
        topics={name: topic.arn for name, topic in resources.topics.items()},
        schedules=_schedules(context.system, context.addresses),
        release=release.live["number"],
    )
    for name, value in outputs.items():
        pulumi.export(name, value)


def _function(
    spec: FunctionSpec,
    function: LambdaFunction,
    archive: Zip,
    facts: Mapping[str, pulumi.Output[dict[str, Any]]],
    release: Release,
) -> dict[str, Any]:
    own = archive.unzipped_bytes
    live = release.live["functions"][spec.name]
    carried = pulumi.Output.all(*facts.values())
    return FunctionOutput.written(
        name=function.name,
        arn=function.arn,
        alias_arn=release.aliases[spec.name].arn,
        version=live["version"],
        zipped_bytes=archive.zipped_bytes,
        unzipped_bytes=own,
        total_unzipped_bytes=carried.apply(
            lambda layers: own + sum(layer["unzipped_bytes"] for layer in layers)
        ),
        code_sha256=live["code_sha256"],
        layers=list(facts),
        layer_keys=live["layers"].apply(_keys),
        newest_version=function.version,
        newest_code_sha256=function.code_sha256,
    )


def _keys(layers: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    return {name: it["key"] for name, it in layers.items()}


def _totals(made: dict[str, Any]) -> dict[str, object]:
    functions, layers = made["functions"].values(), made["layers"].values()
    shipped = [*functions, *layers]
    return TotalsOutput.written(
        functions=len(functions),
        layers=len(layers),
        zipped_bytes=sum(item["zipped_bytes"] for item in shipped),
        unzipped_bytes=sum(item["unzipped_bytes"] for item in shipped),
    )


def _schedules(system: System, addresses: Addresses) -> dict[str, dict[str, object]]:
    return {
        trigger.schedule: ScheduleOutput.written(
            name=addresses.name(trigger.schedule),
            function=spec.name,
            expression=trigger.expression,
            timezone=trigger.timezone,
        )
        for spec in system.functions
        for trigger in spec.triggers
        if isinstance(trigger, OnSchedule)
    }

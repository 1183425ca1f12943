"""Everything that a system describes, in the order in which it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import pulumi

from components.alarms import make_alarms
from components.code import CodeSource, Zip
from components.fleet import make_functions
from components.gate import function_gate
from components.layer import LayerCommands, make_layers
from components.made_resources import make_resources
from components.release import make_release
from components.stack_context import StackContext
from components.stack_outputs import export_outputs
from components.triggers import connect, make_wiring


class Packaged(Protocol):
    """What was packaged of a system, as far as making it goes."""

    @property
    def zips(self) -> Mapping[str, Zip]:
        """By function."""

    @property
    def images(self) -> Mapping[str, str]:
        """Image tag of each function that ships as one."""

    @property
    def layer_keys(self) -> Mapping[str, str]:
        """Digests of everything that decides the layers' bytes."""

    @property
    def layer_digests(self) -> Mapping[str, str]:
        """Digests of the layers that the stage before has run."""

    def gate(self, bucket: str | None, warn: Callable[[str], None]) -> Callable[[str], None]:
        """Give the check that a function passes before it is made or changed."""


def make_system(
    context: StackContext, packaged: Packaged, packager: str, releases: str | None = None
) -> None:
    """Make a whole system, and export what it is.

    `packager` is its command line before a verb; `releases` the one that proves and records what
    goes live, if there is one.
    """
    # Where things are kept, and how functions talk
    resources = make_resources(context)

    # What they run on
    commands = LayerCommands(packager, packaged.layer_keys, packaged.layer_digests)
    layers = make_layers(context, commands, resources)
    code = CodeSource(
        context=context,
        zips=packaged.zips,
        images=packaged.images,
        resources=resources,
        packager=packager,
    )

    # The functions: published, proven, and live together
    gate = function_gate(packaged.gate(context.artifact_bucket, pulumi.log.warn))
    functions = make_functions(context, code, layers, resources, gate)
    release = make_release(context, functions, layers, resources, releases)

    # What starts them
    if any(spec.triggers for spec in context.system.functions):
        wiring = make_wiring(context, resources, release.aliases)
        for spec in context.system.functions:
            connect(spec, functions[spec.name], wiring)

    # Who is told when one breaks, and what the stack tells
    make_alarms(context, resources)
    export_outputs(context, functions, layers, packaged.zips, resources, release)

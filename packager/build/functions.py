"""Builds the zip of a function: its sources, its data folders, and what is packed beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from packager.inputs.asked import already_there
from packager.inputs.keys import Inputs, key_of, locked, packed_inputs
from packager.inputs.sources import SourceFile, packed_sources, source_folder
from packager.progress import say
from packager.store.manifest import BuiltArtifact, made_once
from packager.store.output import FUNCTIONS, Output
from packager.store.wheels import WheelStore
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, System
    from packager.build.artifact import Content, Recipe
    from packager.build.packing import Packer


def build_function(
    root: Path,
    spec: FunctionSpec,
    target: Target,
    output_dir: Path,
    packer: Packer | None = None,
    wheels: WheelStore | None = None,
) -> BuiltArtifact:
    """Return a function's zip below a build folder, made now if what goes into it is new.

    `packer` and `wheels` are those of builds that are made together.
    """
    output = Output(output_dir)
    files = packed_sources(root, spec)
    inputs = packed_inputs(root, spec, target, files)
    slot = output.slot(FUNCTIONS, spec.name, key_of(inputs))
    store = wheels or WheelStore(output.wheels)

    def make(work: Path) -> BuiltArtifact:
        # Packing needs the compressor, which a run that finds everything built never loads.
        from packager.build.packing import lent_or_new

        _tell_of_requirements(root, spec)
        with lent_or_new(packer, None if locked(spec.packed) else 1) as own:
            return _recipe(root, spec, target, files, inputs, store).make(slot, work, own)

    return made_once(output, slot, spec.name, make)


def build_functions(root: Path, system: System, output_dir: Path) -> dict[str, BuiltArtifact]:
    """Return every function's zip, for the machine that it runs on."""
    return {
        spec.name: build_function(root, spec, Target.of(system, spec.architecture), output_dir)
        for spec in system.functions
    }


def _tell_of_requirements(root: Path, spec: FunctionSpec) -> None:
    asked = already_there(source_folder(root, spec), f"function {spec.name}")
    if asked:
        say(
            f"function {spec.name}: {', '.join(asked)} comes with Lambda's runtime: "
            "nothing is installed"
        )


def _recipe(
    root: Path,
    spec: FunctionSpec,
    target: Target,
    own: tuple[SourceFile, ...],
    inputs: Inputs,
    store: WheelStore,
) -> Recipe:
    from packager.build.artifact import Recipe
    from packager.check.syntax import refuse_broken

    what = f"function {spec.name}"

    def gather(work: Path) -> Content:
        refuse_broken(root, what, own, key_of(inputs), store)
        if not locked(spec.packed):
            return own, {}
        # Wheels and their gates are what most functions do without.
        from packager.build.packed import with_dependencies

        return with_dependencies(root, spec, own, target, store, work)

    return Recipe(
        what=what,
        name=spec.name,
        prefix="",
        inputs=inputs,
        inputs_now=lambda: packed_inputs(root, spec, target, own),
        gather=gather,
    )

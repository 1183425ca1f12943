"""`python -m packager verify`: build everything twice under different conditions, and compare."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from packager.check.reproducibility import TWICE, build_tree, compare, copy_tree
from packager.errors import GateError
from packager.inputs.parts import parts_of
from packager.progress import say, step
from packager.store.output import Output, output_folder

if TYPE_CHECKING:
    from blueprint import System


def run(root: Path, system: System, options: Namespace) -> int:
    """Say that all bytes are equal, or name what differs."""
    parts = parts_of(root, system)
    output = Output(output_folder(root))
    with output.workspace() as work:
        builds = []
        for conditions in TWICE:
            with step(f"building under umask {conditions.umask:03o}, {conditions.variables}"):
                tree = copy_tree(root, parts, conditions, work)
                builds.append(build_tree(tree, options, conditions, output.wheels))
        faults = list(compare(*builds))
        count = len(list(builds[0].glob("*/*/*.zip")))
    if faults:
        raise GateError("the two builds differ:\n" + "\n".join(f"  {fault}" for fault in faults))
    say(f"{count} zips, byte for byte the same")
    return 0

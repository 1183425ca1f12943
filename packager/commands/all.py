"""`python -m packager all`: build every layer and every function, and check what fits together."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.build.system import build_system
from packager.check.gates.function import function_faults, refuse
from packager.check.gates.sizes import total_unzipped_bytes
from packager.progress import say
from packager.store.manifest import BuiltArtifact
from packager.store.output import output_folder

if TYPE_CHECKING:
    from blueprint import System


def run(root: Path, system: System, options: Namespace) -> int:
    """Build what is missing, say what there is, and refuse what does not fit together."""
    layers, functions = build_system(root, system, output_folder(root))
    say(f"{'':28}{'zipped':>12}{'unzipped':>14}{'with layers':>14}  of limit  key")
    for name, layer in layers.items():
        say(_row("layer", name, layer, layer.unzipped_bytes))
    faults: list[str] = []
    for spec in system.functions:
        carried = [layers[build.name] for build in system.carried(spec)]
        built = functions[spec.name]
        say(_row("function", spec.name, built, total_unzipped_bytes(built, carried)))
        faults.extend(function_faults(built, carried))
    refuse("what was built does not fit together", faults)
    return 0


def _row(kind: str, name: str, artifact: BuiltArtifact, total_bytes: int) -> str:
    share = total_bytes / UNZIPPED_LIMIT_BYTES
    return (
        f"{kind:9}{name:21}{artifact.zipped_bytes:>10,}{artifact.unzipped_bytes:>14,}"
        f"{total_bytes:>14,}{share:>10.1%}  {artifact.key[:12]}"
    )

"""`python -m packager check`: try every layer and function as Lambda will see it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from packager.build.functions import build_function
from packager.build.layers import build_layer
from packager.check.built import check_function, check_smoke
from packager.errors import GateError, PackagingError
from packager.progress import say
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output, output_folder
from packager.system import load_system
from packager.target import Target


def run(root: Path, target: Target, options: Namespace) -> int:
    """Check everything and list all that is wrong; 0 only if nothing is."""
    system = load_system(root)
    output = Output(output_folder(root))
    faults: list[str] = []
    layers: dict[str, BuiltArtifact] = {}
    for layer in system.layers:
        with _collecting(faults):
            layers[layer.name] = build_layer(root, layer, target, output.folder)
            passed = check_smoke(layer, layers[layer.name], target, output)
            say(f"layer {layer.name:24} smoke {passed}")
    for spec in system.functions:
        with _collecting(faults):
            carried = [layers[name] for name in spec.layers if name in layers]
            function = build_function(root, spec, target, output.folder)
            imports = check_function(spec, function, carried, target, output)
            say(f"function {spec.name:21} imports {imports}")
    if faults:
        raise GateError("\n".join(faults))
    return 0


@contextmanager
def _collecting(faults: list[str]) -> Iterator[None]:
    """Go on after a failure, so that one run shows all of them."""
    try:
        yield
    except PackagingError as error:
        faults.append(str(error))

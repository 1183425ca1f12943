"""Every handler imports offline from the built zips, whichever of them Python looks into first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from packager.check.interpreters import Interpreter
from packager.check.isolation import run_isolated
from packager.store.manifest import BuiltArtifact

_MISSING = re.compile(r"No module named '([\w.]+)'")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A function and its layers on disk, as Lambda lays them out."""

    function: Path
    layers: tuple[Path, ...]
    """Each layer's python folder."""
    runtime: Path

    @property
    def orders(self) -> dict[str, tuple[Path, ...]]:
        """Where Python looks first, second and so on; Lambda's own order comes first."""
        return {
            "the function before its layers": (self.function, *self.layers),
            "the layers before the function": (*self.layers, self.function),
        }


def import_faults(
    interpreter: Interpreter, handler: str, layers: Sequence[BuiltArtifact], unpacked: Unpacked
) -> Iterator[str]:
    """Say of each order in which the handler does not import, why."""
    module, _, attribute = handler.rpartition(".")
    statement = f"from {module} import {attribute}\nassert callable({attribute})"
    with ThreadPoolExecutor(len(unpacked.orders)) as threads:
        found = threads.map(
            lambda path: run_isolated(interpreter, statement, path, unpacked.runtime),
            unpacked.orders.values(),
        )
        for order, fault in zip(unpacked.orders, found, strict=True):
            if fault is not None:
                yield f"{handler} does not import with {order} on the path: {fault}. " + _advice(
                    fault, handler, layers
                )


def _advice(fault: str, handler: str, layers: Sequence[BuiltArtifact]) -> str:
    missing = _MISSING.search(fault)
    if missing is None:
        return "Run the same import in the project's environment to see all of it."
    names = ", ".join(layer.name for layer in layers) or "none"
    if missing[1].split(".")[0] == handler.split(".")[0]:
        return (
            f"That is our own code, and neither the function's folder nor its layers ({names}) "
            "ship it. Add the file, or the layer that has it to the function's entry."
        )
    return (
        f"Its layers are {names}: add the package to the dependency group of one of them and run "
        "`python -m packager lock`, or add the layer that has it to the function's entry."
    )

"""What a function must meet together with its layers, as far as manifests tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.check.gates.composition import duplicate_faults, layer_count_faults
from packager.check.gates.sizes import own_size_faults, total_size_faults
from packager.errors import GateError
from packager.store.manifest import BuiltArtifact


def function_faults(
    function: BuiltArtifact,
    layers: Sequence[BuiltArtifact],
    budget_bytes: int = UNZIPPED_LIMIT_BYTES,
) -> Iterator[str]:
    """Say everything that is wrong with a function and its layers, without opening a zip."""
    yield from layer_count_faults(function.name, layers)
    yield from own_size_faults(function)
    yield from total_size_faults(function, layers, budget_bytes)
    yield from duplicate_faults(function, layers)


def refuse(what: str, faults: Sequence[str]) -> None:
    """Stop with all faults at once, if there are any."""
    if faults:
        raise GateError(f"{what}:\n" + "\n".join(f"  {fault}" for fault in faults))

"""A function and its layers fit together: few enough, and nothing in two of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from blueprint.limits import LAYERS_PER_FUNCTION_LIMIT
from packager.check.modules import clashes
from packager.store.manifest import BuiltArtifact


def layer_count_faults(name: str, layers: Sequence[object]) -> Iterator[str]:
    """Refuse more layers than Lambda attaches."""
    if len(layers) > LAYERS_PER_FUNCTION_LIMIT:
        yield (
            f"{name}: expected at most {LAYERS_PER_FUNCTION_LIMIT} layers, found {len(layers)}. "
            "Merge the dependency groups of some of them."
        )


def duplicate_faults(function: BuiltArtifact, layers: Sequence[BuiltArtifact]) -> Iterator[str]:
    """Refuse a module that is in the zip and in a layer, or in two layers that differ in it."""
    for layer in layers:
        for module in clashes(function.modules, layer.modules):
            yield (
                f"{module} is both in {function.name} and in layer {layer.name}; the one on the "
                "path first hides the other. Remove one."
            )
    for first, second in combinations(layers, 2):
        for module in clashes(first.modules, second.modules):
            yield (
                f"{module} is in layers {first.name} and {second.name}, both of which "
                f"{function.name} carries. Attach only one, or take it out of one group."
            )

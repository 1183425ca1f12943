"""A function and all its layers, unzipped, stay below the platform's limit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.store.manifest import BuiltArtifact

_NAMED = 5


def own_size_faults(artifact: BuiltArtifact) -> Iterator[str]:
    """Refuse an artifact that no function could ever carry."""
    if artifact.unzipped_bytes > UNZIPPED_LIMIT_BYTES:
        yield (
            f"{artifact.name}: expected at most {UNZIPPED_LIMIT_BYTES:,} bytes unzipped, found "
            f"{artifact.unzipped_bytes:,}. {_largest([artifact])}"
        )


def total_size_faults(
    function: BuiltArtifact, layers: Sequence[BuiltArtifact], budget_bytes: int
) -> Iterator[str]:
    """Refuse a function that with its layers is over a budget or over the limit."""
    limit_bytes = min(budget_bytes, UNZIPPED_LIMIT_BYTES)
    total_bytes = total_unzipped_bytes(function, layers)
    if total_bytes > limit_bytes:
        parts = ", ".join(f"{part.name} {part.unzipped_bytes:,}" for part in (function, *layers))
        yield (
            f"{function.name}: expected at most {limit_bytes:,} bytes unzipped with its layers, "
            f"found {total_bytes:,} ({parts}). {_largest([function, *layers])}"
        )


def total_unzipped_bytes(function: BuiltArtifact, layers: Iterable[BuiltArtifact]) -> int:
    """Add up what Lambda unpacks for one function."""
    return function.unzipped_bytes + sum(layer.unzipped_bytes for layer in layers)


def _largest(artifacts: Iterable[BuiltArtifact]) -> str:
    sizes: Counter[str] = Counter()
    for artifact in artifacts:
        for name, package in artifact.packages.items():
            sizes[f"{name} {package.version} in {artifact.name}"] += package.unzipped_bytes
    if not sizes:
        return "Remove files from it, or split it."
    named = "; ".join(f"{name}: {size:,}" for name, size in sizes.most_common(_NAMED))
    return (
        f"The largest packages are {named}. Remove one from the layer's dependency group, take a "
        "smaller package instead, or move what needs it to a function of its own."
    )

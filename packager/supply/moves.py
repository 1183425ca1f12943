"""Says what a new lock moves: packages by layer, in versions and in bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from packager.store.manifest import BuiltArtifact

Pins = Mapping[str, Mapping[str, str]]
"""Versions by package, for each layer."""


@dataclass(frozen=True, order=True, slots=True)
class Move:
    """One package that went from one release to another; empty for one that came or went."""

    package: str
    before: str
    after: str
    layers: tuple[str, ...]

    def __str__(self) -> str:
        """Spell it as it stands in a report and in the change log."""
        where = ", ".join(self.layers)
        if not self.before:
            return f"{self.package} {self.after} added ({where})"
        if not self.after:
            return f"{self.package} {self.before} removed ({where})"
        return f"{self.package} {self.before} -> {self.after} ({where})"


def moves(before: Pins, after: Pins) -> tuple[Move, ...]:
    """Compare the pins of all layers; one move stands for all layers that make it."""
    layers: dict[tuple[str, str, str], list[str]] = {}
    for layer in sorted({*before, *after}):
        old, new = before.get(layer, {}), after.get(layer, {})
        for package in {*old, *new}:
            change = (package, old.get(package, ""), new.get(package, ""))
            if change[1] != change[2]:
                layers.setdefault(change, []).append(layer)
    return tuple(sorted(Move(*change, tuple(where)) for change, where in layers.items()))


def weighed(
    before: Mapping[str, BuiltArtifact | None], after: Mapping[str, BuiltArtifact]
) -> Iterator[str]:
    """Say what each layer that moved weighs now, and what it weighed where that is known."""
    for name, artifact in after.items():
        earlier = before.get(name)
        if earlier is not None and earlier.key == artifact.key:
            continue
        change = (
            f" ({artifact.unzipped_bytes - earlier.unzipped_bytes:+,})" if earlier else " (new)"
        )
        yield f"layer {name}: {artifact.unzipped_bytes:,} bytes unzipped{change}"


def with_entry(changelog: str, found: tuple[Move, ...]) -> str:
    """Add one line on the moves to a change log's newest `### Changed`."""
    entry = f"- Locked anew: {'; '.join(map(str, found))}.\n"
    heading = "### Changed\n"
    if heading in changelog:
        return changelog.replace(heading, heading + entry, 1)
    newest = "## [Unreleased]\n"
    return changelog.replace(newest, f"{newest}\n{heading}{entry}", 1)

"""Lays out what a change does to what ships: packages, bytes, and which functions it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.supply.moves import Move


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """One layer or function before and after; None where it is not there."""

    kind: str
    name: str
    zipped_bytes: tuple[int | None, int | None]
    unzipped_bytes: tuple[int | None, int | None]
    limit_part: tuple[float | None, float | None]
    """Of a function with its layers, or of a layer alone."""
    rebuilt: bool
    repointed: tuple[str, ...] = ()
    """Layers of a function that it is pointed at anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """One changed file or pin, and whom it reaches."""

    what: str
    reached: Mapping[str, tuple[str, ...]]
    """Functions that import it, each with the modules on the way there."""
    carried: tuple[str, ...]
    """Functions that only carry it, and are pointed at a layer anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What differs between a base and this checkout."""

    base: str
    packages: tuple[Move, ...]
    weights: tuple[Weight, ...]
    causes: tuple[Cause, ...]

    def as_json(self) -> Mapping[str, object]:
        """Give it a form that JSON can spell."""
        return asdict(self)

    def as_markdown(self) -> str:
        """Write it for a person."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        changed = [it for it in self.weights if it.rebuilt or it.repointed]
        if not changed:
            yield f"### What ships\n\nNothing: every key is the one of {self.base}."
            return
        rebuilt = [it for it in changed if it.rebuilt]
        yield (
            f"### What ships, against {self.base}\n\n{len(rebuilt)} rebuilt, "
            f"{len(changed) - len(rebuilt)} only pointed at other layers, "
            f"{len(self.weights) - len(changed)} as they were."
        )
        if self.packages:
            yield "\n| package | before | after | layers |\n|---|---|---|---|"
            for move in self.packages:
                layers = ", ".join(move.layers)
                yield f"| {move.package} | {move.before or '-'} | {move.after or '-'} | {layers} |"
        yield "\n| | zipped | unzipped | of 250 MB with layers | |\n|---|---|---|---|---|"
        yield from map(_row, changed)
        yield from self._reached()

    def _reached(self) -> Iterator[str]:
        if self.causes:
            yield "\n| because of | these change | these only carry it |\n|---|---|---|"
        for cause in self.causes:
            ways = ", ".join(f"{name}{_shortened(way)}" for name, way in cause.reached.items())
            yield f"| {cause.what} | {ways or '-'} | {', '.join(cause.carried) or '-'} |"


def limit_part(unzipped_bytes: int | None) -> float | None:
    """Say how much of Lambda's limit something takes."""
    return None if unzipped_bytes is None else round(unzipped_bytes / UNZIPPED_LIMIT_BYTES, 4)


def _shortened(way: Sequence[str]) -> str:
    """Name the module that imports what changed; the whole way is in the JSON."""
    return f" (by {way[-2].rpartition('.')[2]})" if len(way) > 1 else ""


def _row(it: Weight) -> str:
    what = "rebuilt" if it.rebuilt else ""
    if it.repointed:
        what += f"{', ' if what else ''}pointed at {', '.join(it.repointed)} anew"
    parts = " -> ".join("-" if part is None else f"{part:.1%}" for part in it.limit_part)
    return (
        f"| {it.kind} {it.name} | {_moved(it.zipped_bytes)} | {_moved(it.unzipped_bytes)} "
        f"| {parts} | {what} |"
    )


def _moved(sizes: Sequence[int | None]) -> str:
    before, after = sizes
    if after is None:
        return "gone"
    return f"{after:,} ({after - before:+,})" if before is not None else f"{after:,} (new)"

"""Removes published versions that no release worth going back to has.

Lambda keeps every version and charges an account's storage for it, 75 GB together:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
Records of releases are small, and stay for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from operations.live import Live
from operations.outputs import layer_arns
from operations.release import Release
from operations.running import Running
from operations.serving import side_by_side, unversioned


@dataclass(frozen=True, kw_only=True, slots=True)
class Superfluous:
    """One published version that nothing needs."""

    name: str
    """Logical name of the function or the layer."""
    place: str
    """Deployed name of a function, ARN without version of a layer."""
    version: str
    is_layer: bool = False

    def __str__(self) -> str:
        return f"{'layer ' if self.is_layer else ''}{self.name} {self.version}"


def superfluous(running: Running, live: Live, *, keep: int) -> tuple[Superfluous, ...]:
    """Find versions beside those of the last `keep` releases, what is live and what is newest."""
    kept = _kept_versions(running, keep)
    layers_kept, found = set(layer_arns(running.outputs).values()), []
    listed = side_by_side(lambda it: live.versions(it.name), running.outputs.functions.values())
    for (name, it), versions in zip(running.outputs.functions.items(), listed, strict=True):
        for version in versions:
            if version.number in kept[name]:
                layers_kept.update(version.layers)
            else:
                found.append(Superfluous(name=name, place=it.name, version=version.number))
    return (*found, *_layers(running, live, layers_kept))


def _kept_versions(running: Running, keep: int) -> dict[str, set[str]]:
    kept = {name: {it.version} for name, it in running.serving.items()}
    for versions in (
        running.newest,
        running.hold.functions if running.hold else {},
        *(release.versions for release in _last_sets(running, keep)),
    ):
        for name, version in versions.items():
            kept.setdefault(name, set()).add(version)
    return {name: kept.get(name, set()) for name in running.outputs.functions}


def _last_sets(running: Running, keep: int) -> Iterator[Release]:
    """Yield the last releases that were something new; a rollback counts as what it restored."""
    origins = {release.origin for release in running.releases}
    for number in sorted(origins, reverse=True)[:keep]:
        yield running.release(number)


def _layers(running: Running, live: Live, kept: set[str]) -> Iterator[Superfluous]:
    for name, arn in sorted(layer_arns(running.outputs).items()):
        place = unversioned(arn)
        for version in live.layer_versions(place):
            if f"{place}:{version}" not in kept:
                yield Superfluous(name=name, place=place, version=version, is_layer=True)


def remove(found: Superfluous, live: Live) -> None:
    """Delete one version; Lambda refuses where an alias serves it."""
    if found.is_layer:
        live.delete_layer_version(found.place, found.version)
    else:
        live.delete_version(found.place, found.version)

"""Finds packages that ship for nobody, that only another layer brings, or that ship twice.

It looks at what was built: a package is needed if a function's own code reaches it by imports,
through whatever other packages; imports inside functions and names in quotes count too.
"""

from __future__ import annotations

import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from packager.check.lambda_environment import RUNTIME_MODULES
from packager.check.modules import importable_modules
from packager.store.manifest import BuiltArtifact
from packager.supply.inventory import Inventory, take_inventory

_IMPORT = re.compile(
    rb"^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b[ \t]*([^#\n]*)|import[ \t]+([\w.]+[^#\n]*))"
    rb"|import_module\(\s*['\"]([\w.]+)['\"]",
    re.MULTILINE,
)
_PROVIDED = sys.stdlib_module_names | set(RUNTIME_MODULES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One distribution in a layer or in a zip, or all that is ours in it."""

    artifact: str
    name: str
    """Empty for our own code."""
    version: str
    modules: tuple[str, ...]
    """What it lets Python import, by the name of the package that is its own."""
    imports: frozenset[str]
    """What its code imports, absolute names alone."""


@dataclass(frozen=True, order=True, slots=True)
class Finding:
    """Something that is shipped wrongly, under the name by which it can be waived."""

    subject: str
    said: str


def parts_of(artifact: BuiltArtifact, prefix: str) -> tuple[Part, ...]:
    """Read an artifact's parts from its zip; `prefix` is the folder that Python looks into."""
    inventory = take_inventory(artifact)
    with zipfile.ZipFile(artifact.path) as opened:
        return tuple(_parts(inventory, opened, prefix))


def findings(carried: Mapping[str, Sequence[Sequence[Part]]]) -> tuple[Finding, ...]:
    """Judge a system: for each function its own parts first, then those of each of its layers."""
    reached: set[tuple[str, str]] = set()
    shipped: dict[tuple[str, str], Part] = {}
    found: set[Finding] = set()
    for function, (own, *layers) in carried.items():
        everything = [part for parts in (own, *layers) for part in parts]
        reached |= {(part.artifact, part.name) for part in reachable(own, everything)}
        shipped |= {(part.artifact, part.name): part for part in everything if part.name}
        found.update(_twice(function, layers))
        found.update(_borrowed(function, layers, everything))
    for key, part in shipped.items():
        if key not in reached:
            subject = f"{part.artifact}: {part.name}"
            said = f"{part.version} ships, and no function that carries it reaches it by an import"
            found.add(Finding(subject, said))
    return tuple(sorted(found))


def _parts(inventory: Inventory, opened: zipfile.ZipFile, prefix: str) -> Iterator[Part]:
    artifact = inventory.artifact.name
    for it in inventory.distributions:
        yield _part(artifact, it.name, it.version, it.files, opened, prefix)
    if inventory.own_files:
        yield _part(artifact, "", "", inventory.own_files, opened, prefix)


def _part(
    artifact: str,
    name: str,
    version: str,
    files: Iterable[str],
    opened: zipfile.ZipFile,
    prefix: str,
) -> Part:
    inside = [path.removeprefix(prefix) for path in files]
    imports: set[str] = set()
    for path in inside:
        if path.endswith(".py"):
            imports.update(imported(opened.read(f"{prefix}{path}")))
    return Part(
        artifact=artifact,
        name=name,
        version=version,
        modules=importable_modules(inside),
        imports=frozenset(imports),
    )


def imported(content: bytes) -> Iterator[str]:
    """Name what a module's text imports by absolute names."""
    for match in _IMPORT.finditer(content):
        origin, names, plain, quoted = (
            (group or b"").decode("ascii", "ignore") for group in match.groups()
        )
        if origin and not origin.startswith("."):
            yield origin
            yield from (f"{origin}.{name}" for name in re.findall(r"\w+", names))
        yield from (name.split()[0] for name in plain.split(",") if name.split())
        if quoted:
            yield quoted


def reachable(own: Sequence[Part], everything: Sequence[Part]) -> list[Part]:
    """Follow imports from a function's own code, part by part."""
    found = [part for part in own if not part.name]
    waiting = list(found)
    while waiting:
        wanted = waiting.pop().imports
        for part in everything:
            if part not in found and _provides(part, wanted):
                found.append(part)
                waiting.append(part)
    return found


def _provides(part: Part, wanted: Iterable[str]) -> bool:
    modules = set(part.modules)
    return any(not modules.isdisjoint(_with_parents(name)) for name in wanted)


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: depth + 1]) for depth in range(len(parts)))


def _twice(function: str, layers: Sequence[Sequence[Part]]) -> Iterator[Finding]:
    seen: dict[str, Part] = {}
    for part in (part for parts in layers for part in parts if part.name):
        other = seen.setdefault(part.name, part)
        if other.version != part.version:
            yield Finding(
                f"{function}: {part.name}",
                f"{other.version} in layer {other.artifact} and {part.version} in layer "
                f"{part.artifact}; only the former is ever imported",
            )


def _borrowed(
    function: str, layers: Sequence[Sequence[Part]], everything: Sequence[Part]
) -> Iterator[Finding]:
    """Name packages that run only because another of the function's layers has what they import."""
    for parts in layers:
        for part in (part for part in parts if part.name):
            missing = {
                name
                for name in part.imports
                if name.split(".")[0] not in _PROVIDED
                and not any(_provides(near, [name]) for near in parts)
            }
            for other in everything:
                names = sorted(name for name in missing if _provides(other, [name]))
                if names and other.artifact != part.artifact:
                    yield Finding(
                        f"{part.artifact}: {part.name}",
                        f"imports {names[0]}, which only {other.artifact} brings where {function} "
                        "carries both",
                    )

"""What a change of the stack did, in a few lines: which functions, from which files, what else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path, PurePath
from typing import Any

from blueprint.outputs import FunctionOutput, LayerOutput, StackOutputs, hexadecimal
from cli.engine.events import EngineRun, Step
from packager.inputs.explaining import differences
from packager.store.output import FUNCTIONS, LAYERS

FUNCTION = "aws:lambda/function:Function"

CODE = frozenset(
    {
        FUNCTION,
        "aws:lambda/alias:Alias",
        "aws:lambda/layerVersion:LayerVersion",
    }
)
"""Types whose changes are told as a function's or a layer's new version."""

BUILDS = frozenset({"command:local:Command"})
MOST_NAMES = 4
SIGNS: Mapping[str, str] = {"create": "+", "update": "~", "replace": "±", "delete": "-"}
DONE: Mapping[str, str] = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
}


def version_changes(before: StackOutputs, after: StackOutputs, builds: Path) -> Iterator[str]:
    """Name each function and layer that has a new version, and the files because of which."""
    layers = {
        name: _layer_change(name, before.layers.get(name), layer, builds)
        for name, layer in after.layers.items()
        if before.layers.get(name) is None or before.layers[name].arn != layer.arn
    }
    yield from layers.values()
    by_layer: dict[str, list[str]] = {}
    for name, function in after.functions.items():
        earlier = before.functions.get(name)
        if earlier is None:
            yield f"{name} {function.version}: new"
        elif earlier.version != function.version:
            moved = f"{name} {earlier.version} -> {function.version}"
            if why := _function_reason(name, earlier, function, builds):
                yield f"{moved}: {why}"
            else:
                renewed = [layer for layer in function.layers if layer in layers]
                why = f"layer {', '.join(renewed)}" if renewed else "settings"
                by_layer.setdefault(why, []).append(moved)
    for why, moves in by_layer.items():
        yield from _told_together(why, moves)
    for name in before.functions.keys() - after.functions.keys():
        yield f"{name}: gone"


def _told_together(why: str, moves: Sequence[str]) -> Iterator[str]:
    if len(moves) <= 2:
        yield from (f"{move}: {why}" for move in moves)
    else:
        yield f"{len(moves)} functions have a new version: {why}"


def _layer_change(name: str, earlier: LayerOutput | None, layer: LayerOutput, builds: Path) -> str:
    if earlier is None:
        return f"layer {name} {layer.version}: new"
    moved = f"layer {name} {earlier.version} -> {layer.version}"
    folder = builds / LAYERS / name
    why = _reason(_inputs(folder / f"{earlier.key}.json"), _inputs(folder / f"{layer.key}.json"))
    return f"{moved}: {why}" if why else moved


def _function_reason(
    name: str, earlier: FunctionOutput, function: FunctionOutput, builds: Path
) -> str:
    if earlier.code_sha256 == function.code_sha256:
        return ""
    before, now = (hexadecimal(it.code_sha256) for it in (earlier, function))
    return code_reason(name, before, now, builds)


def planned_code(steps: Iterable[Step], before: StackOutputs | None, builds: Path) -> Iterator[str]:
    """Name each function that a preview gives other code, and the files because of which."""
    for step in steps:
        name = step.name.removesuffix("-function")
        earlier = before.functions.get(name) if before else None
        if step.token != FUNCTION or "code" not in step.properties or earlier is None:
            continue
        # The preview has just zipped it, so the newest build is the one that is planned.
        newest = [_manifest(file) for file in _oldest_first(builds / FUNCTIONS / name)][-1:]
        now = str(newest[0]["sha256"]) if newest and newest[0] else ""
        yield f"{name}: {code_reason(name, hexadecimal(earlier.code_sha256), now, builds)}"


def code_reason(name: str, before: str, now: str, builds: Path) -> str:
    """Name the files by which two builds of a function differ, told by their digests in hex."""
    by_digest = {
        manifest["sha256"]: manifest["inputs"]
        for manifest in map(_manifest, _oldest_first(builds / FUNCTIONS / name))
        if manifest
    }
    return _reason(by_digest.get(before), by_digest.get(now)) or "code changed"


def _oldest_first(folder: Path) -> list[Path]:
    # The packager's rules may change and the bytes stay: the newest inputs are what counts.
    return sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime_ns)


def _reason(before: Mapping[str, Any] | None, now: Mapping[str, Any] | None) -> str:
    if before is None or now is None:
        return ""
    said = [_short(line) for line in differences(before, now)]
    rest = f" and {len(said) - MOST_NAMES} more" if len(said) > MOST_NAMES else ""
    return ", ".join(said[:MOST_NAMES]) + rest


def _short(difference: str) -> str:
    """Shorten a file's path to its name."""
    path, space, change = difference.partition(" ")
    return f"{PurePath(path).name}{space}{change}"


def _manifest(file: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    return found


def _inputs(file: Path) -> Mapping[str, Any] | None:
    manifest = _manifest(file)
    return manifest["inputs"] if manifest else None


def resource_changes(steps: Iterable[Step], most: int) -> list[str]:
    """Name resources by what happens to them: new and gone ones by their component, others each."""
    kept = sorted(steps, key=lambda step: (step.kind, _subject(step)))
    lines = []
    for (kind, subject), group in groupby(kept, key=lambda step: (step.kind, _subject(step))):
        lines.append(_line(kind, subject, list(group)))
    if len(lines) > most:
        lines[most - 1 :] = [f"… and {len(lines) - most + 1} more"]
    return lines


def _subject(step: Step) -> str:
    if step.kind in ("create", "delete"):
        component = step.parent if "alchemiser:" in step.parent else step.urn
        return component.rpartition("::")[2]
    return f"{step.noun}: {', '.join(step.properties)}"


def _line(kind: str, subject: str, steps: Sequence[Step]) -> str:
    sign = SIGNS.get(kind, "?")
    if kind in ("create", "delete"):
        nouns = dict.fromkeys(step.noun for step in steps)
        return f"{sign} {subject} ({_few(list(nouns))})"
    noun, _, properties = subject.partition(": ")
    return f"{sign} {noun} {_few([step.name for step in steps])}: {properties}"


def _few(names: Sequence[str]) -> str:
    rest = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + rest


def summary(run: EngineRun, took_s: float) -> str:
    """Say in one line how many resources changed, of how many, and how long it took."""
    changed = {kind: count for kind, count in run.counts.items() if kind != "same" and count}
    told = ", ".join(f"{count} {DONE.get(kind, kind)}" for kind, count in changed.items())
    return f"{told or 'nothing changed'} ({run.resources} resources, {took_s:.0f} s)"

"""Checks built artifacts as Lambda will see them, and remembers what has passed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from packager.check.gates.function import function_faults, refuse
from packager.check.gates.imports import import_faults
from packager.check.gates.merging import merge_faults
from packager.check.gates.never import never_faults
from packager.check.gates.snapshots import snapshot_faults
from packager.check.interpreters import Interpreter, Unavailable, find_interpreter
from packager.check.isolation import Place, run_isolated
from packager.check.lambda_environment import lend_runtime
from packager.check.unpacking import archive_paths, unpack
from packager.errors import ArchiveError
from packager.rules import RULES_VERSION
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import FunctionSpec, LayerSpec

PASSED = "passed"

CHECKS_VERSION = 4
"""Raised when a check learns to see more, so that what passed before is tried again."""


def check_function(
    spec: FunctionSpec,
    function: BuiltArtifact,
    layers: Sequence[BuiltArtifact],
    target: Target,
    output: Output,
    budget_bytes: int = UNZIPPED_LIMIT_BYTES,
) -> str:
    """Hold a built function and its built layers to every gate; GateError says all that is wrong.

    What it returns tells of its imports: PASSED, or `not run: ` and why.
    """
    carried = sorted(layers, key=lambda layer: spec.layers.index(layer.name))
    refuse(
        f"function {spec.name}",
        [*function_faults(function, carried, budget_bytes), *_content_faults(spec, function)],
    )
    _check_packed(spec, function, target, output)
    imports = _check_imports(spec.handler, function, carried, target, output)
    if spec.snap_start and imports == PASSED:
        _check_snapshot(spec.handler, function, carried, target, output)
    return imports


def check_smoke(spec: LayerSpec, layer: BuiltArtifact, target: Target, output: Output) -> str:
    """Run a layer's own proof against its built zip."""
    return _check_smoke(spec, layer, "python", target, output)


def _check_packed(
    spec: FunctionSpec, function: BuiltArtifact, target: Target, output: Output
) -> None:
    """Run the proof of each layer whose content is in the function's own zip."""
    for layer in spec.packed:
        _check_smoke(layer, function, "", target, output)


def _check_smoke(
    spec: LayerSpec, artifact: BuiltArtifact, inside: str, target: Target, output: Output
) -> str:
    if not spec.smoke:
        return "not run: the layer has no smoke statement"
    what = f"layer {spec.name}" + ("" if inside else f" in function {artifact.name}")
    return _once(
        output,
        target,
        what,
        (spec.smoke, inside, artifact.sha256),
        lambda python: _smoke(python, spec.smoke, artifact, inside, output),
    )


def _smoke(
    interpreter: Interpreter, statement: str, artifact: BuiltArtifact, inside: str, output: Output
) -> list[str]:
    with output.workspace() as work:
        task = work / "task"
        unpacked = work / "opt" if inside else task
        task.mkdir()
        _unpack(artifact, unpacked)
        place = Place(task=task, opt=work / "opt", runtime=lend_runtime(work / "runtime"))
        fault = run_isolated(interpreter, statement, [unpacked / inside], place)
    return [] if fault is None else [f"its smoke test `{statement}` failed: {fault}"]


def _content_faults(spec: FunctionSpec, function: BuiltArtifact) -> Iterator[str]:
    paths = archive_paths(function.path)
    own = cast("Mapping[str, str]", function.inputs["files"])
    yield from never_faults((path for path in paths if path in own), own=True)
    yield from never_faults((path for path in paths if path not in own), own=False)
    handler = spec.handler.rpartition(".")[0].replace(".", "/") + ".py"
    if handler not in paths:
        yield f"expected its handler {handler} in the zip, found none. Add it to functions/."


def _check_imports(
    handler: str,
    function: BuiltArtifact,
    layers: Sequence[BuiltArtifact],
    target: Target,
    output: Output,
) -> str:
    digests = tuple(part.sha256 for part in (function, *layers))

    def faults(interpreter: Interpreter) -> list[str]:
        if merging := list(merge_faults(layers)):
            return merging
        with output.workspace() as work:
            place = _lay_out(handler, function, layers, work)
            return list(import_faults(interpreter, handler, layers, place))

    return _once(output, target, f"function {function.name}", (handler, *digests), faults)


def _check_snapshot(
    handler: str,
    function: BuiltArtifact,
    layers: Sequence[BuiltArtifact],
    target: Target,
    output: Output,
) -> None:
    """Look at what an import leaves behind, of a function that starts from a snapshot."""
    digests = tuple(part.sha256 for part in (function, *layers))

    def faults(interpreter: Interpreter) -> list[str]:
        with output.workspace() as work:
            place = _lay_out(handler, function, layers, work)
            return list(snapshot_faults(interpreter, handler, place))

    subject = ("snapshot", handler, *digests)
    _once(output, target, f"function {function.name}", subject, faults)


def _lay_out(
    handler: str, function: BuiltArtifact, layers: Sequence[BuiltArtifact], work: Path
) -> Place:
    """Unpack as Lambda does: all layers into one /opt, each over those before it.

    https://docs.aws.amazon.com/lambda/latest/dg/adding-layers.html
    """
    opt = work / "opt"
    opt.mkdir()
    for layer in layers:
        _unpack(layer, opt)
    _unpack(function, work / "task")
    runtime = lend_runtime(work / "runtime")
    return Place(task=work / "task", opt=opt, runtime=runtime, handler=handler)


def _unpack(artifact: BuiltArtifact, folder: Path) -> None:
    found = hashlib.sha256(artifact.path.read_bytes()).hexdigest()
    if found != artifact.sha256:
        raise ArchiveError(
            f"{artifact.path}: expected SHA-256 {artifact.sha256}, found {found}. Delete it and "
            "build again."
        )
    unpack(artifact.path, folder)


def _once(
    output: Output,
    target: Target,
    what: str,
    subject: tuple[str, ...],
    faults: Callable[[Interpreter], list[str]],
) -> str:
    """Run a check that needs an interpreter, unless the very same bytes have passed before."""
    interpreter = find_interpreter(target)
    if isinstance(interpreter, Unavailable):
        return f"not run: {interpreter.reason}"
    subject = (*subject, interpreter.release, str(RULES_VERSION), str(CHECKS_VERSION))
    name = hashlib.sha256("\n".join(subject).encode()).hexdigest()
    # Layers with one lock are built side by side: the first is tried, the others wait for it.
    with output.checking(name) as record:
        if not record.exists():
            refuse(f"{what} on Python {interpreter.release}", faults(interpreter))
            record.parent.mkdir(parents=True, exist_ok=True)
            record.write_text(json.dumps([what, *subject]), encoding="utf-8")
    return PASSED

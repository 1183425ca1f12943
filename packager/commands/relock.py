"""`python -m packager relock [PACKAGE]`: take newer releases, prove them, and say what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from packager.build.layers import build_layer, find_layer_artifact
from packager.commands.check import check_all
from packager.commands.in_project import in_project
from packager.inputs.keys import lock_path
from packager.inputs.locks import upgrade, write_locks
from packager.inputs.requirements import pinned, read_requirements
from packager.progress import say
from packager.project import Project
from packager.store.output import output_folder
from packager.supply.moves import Pins, moves, weighed, with_entry
from packager.target import Target

if TYPE_CHECKING:
    from blueprint import LayerSpec

CHANGELOG = "CHANGELOG.md"


@click.command("relock")
@click.argument("package", required=False)
@in_project
def command(project: Project, package: str | None) -> int:
    """Take newer releases, of one package or of all, prove them and say what moved."""
    root, system = project.root, project.system
    output = output_folder(root)
    targets = [(build, Target.of(system, build.architecture)) for build in system.layer_builds]
    layers = [spec for spec in system.layers if spec.group is not None]
    before = _pins(root, layers)
    weights = {
        build.name: find_layer_artifact(root, build.spec, target, output)
        for build, target in targets
    }
    with _restored_on_failure([root / "uv.lock", *(lock_path(root, it.name) for it in layers)]):
        upgrade(root, package)
        write_locks(root, system.layers)
        found = moves(before, _pins(root, layers))
        for move in found:
            say(str(move))
        if found:
            built = {
                build.name: build_layer(root, build.spec, target, output)
                for build, target in targets
            }
            for line in weighed(weights, built):
                say(line)
            check_all(project)
    if not found:
        say("no layer moved: every package that ships is at the newest release that fits")
        return 0
    log = root / CHANGELOG
    if log.is_file():
        log.write_text(with_entry(log.read_text(encoding="utf-8"), found), encoding="utf-8")
        say(f"{CHANGELOG}: one line added. Read it, run the tests, and commit it with the locks.")
    return 0


def _pins(root: Path, layers: Iterable[LayerSpec]) -> Pins:
    found = {}
    for spec in layers:
        lock = lock_path(root, spec.name)
        content = lock.read_bytes() if lock.is_file() else b""
        found[spec.name] = pinned(read_requirements(content, where=f"layer {spec.name}"))
    return found


@contextmanager
def _restored_on_failure(files: Sequence[Path]) -> Iterator[None]:
    """Put back what the files held, should anything fail or be interrupted."""
    kept = {file: file.read_bytes() for file in files if file.is_file()}
    try:
        yield
    except BaseException:
        for file in files:
            if file in kept:
                file.write_bytes(kept[file])
            else:
                file.unlink(missing_ok=True)
        say("the locks are as they were before")
        raise

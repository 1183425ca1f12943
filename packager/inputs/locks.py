"""Exports each layer's hashed requirements from the one lock, and holds them to it."""

from __future__ import annotations

import difflib
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from blueprint import LayerKind
from packager.errors import LockError
from packager.inputs.git_locks import git_lock_path, is_current, read_git_lock, written_form
from packager.inputs.git_wheels import new_lock
from packager.inputs.keys import lock_path, read_lock
from packager.inputs.requirements import normalised, read_requirements
from packager.rules import RUNTIME_PACKAGES
from packager.secrets import mask
from packager.uv import uv_executable

if TYPE_CHECKING:
    from blueprint import LayerSpec

_HEADER = "# Exported from uv.lock by `python -m packager lock`; do not edit.\n"


def write_locks(root: Path, layers: Iterable[LayerSpec]) -> tuple[str, ...]:
    """Bring uv.lock up to date, export every dependency layer's lock, and name what changed."""
    _uv(root, "lock", "--quiet")
    changed = []
    for spec, exported in _exports(root, layers):
        if _read(lock_path(root, spec.name)) != exported:
            _write(lock_path(root, spec.name), exported)
            changed.append(spec.name)
    for spec in layers:
        if spec.kind is not LayerKind.GIT or is_current(root, spec):
            continue
        with TemporaryDirectory() as work:
            lock = new_lock(root, spec, Path(work))
        _write(git_lock_path(root, spec.name), written_form(lock))
        changed.append(spec.name)
    return tuple(changed)


def upgrade(root: Path, package: str | None) -> None:
    """Take the newest releases that fit into uv.lock: of one package, or of all."""
    if package is not None:
        _require_locked(root, package)
    _uv(root, "lock", "--quiet", *(("--upgrade-package", package) if package else ("--upgrade",)))


def _require_locked(root: Path, package: str) -> None:
    lock = tomllib.loads(_read(root / "uv.lock") or "")
    names = [str(it["name"]) for it in lock.get("package", ())]
    if normalised(package) not in names:
        close = ", ".join(difflib.get_close_matches(normalised(package), names)) or "none like it"
        raise LockError(
            f"relock: expected a package that uv.lock has, found {package!r}; it has {close}."
        )


def check_locks(root: Path, layers: Iterable[LayerSpec]) -> None:
    """Refuse when uv.lock is stale, or a layer's lock is not what uv.lock says."""
    _uv(root, "lock", "--check", "--quiet")
    stale = [
        spec.name
        for spec, exported in _exports(root, layers)
        if _read(lock_path(root, spec.name)) != exported
    ]
    if stale:
        raise LockError(
            f"layers {', '.join(stale)}: requirements.txt is not what uv.lock gives. "
            "Run `python -m packager lock` and commit what it writes."
        )
    for spec in layers:
        if spec.kind is LayerKind.GIT:
            read_git_lock(read_lock(root, spec), spec)


def refuse_runtime_packages(lock: bytes | str, *, where: str, spec: LayerSpec) -> None:
    """Refuse requirements that name what the Lambda runtime brings, unless the layer waives it."""
    names = {it.name for it in read_requirements(lock, where=f"layer {spec.name}: {where}")}
    own = set(map(normalised, spec.own_runtime_packages))
    found = [name for name in RUNTIME_PACKAGES if name in names - own]
    if found:
        raise LockError(
            f"layer {spec.name}: {where} locks {', '.join(found)}, which comes with the Lambda "
            "runtime and would ship twice. Remove it, or what requires it, from the dependency "
            "group; a layer that needs a release of its own says so by own_runtime_packages."
        )
    if unused := sorted(own - names):
        raise LockError(
            f"layer {spec.name}: own_runtime_packages names {', '.join(unused)}, which {where} "
            "does not lock. Take it out of the layer's entry."
        )


def _exports(root: Path, layers: Iterable[LayerSpec]) -> Iterator[tuple[LayerSpec, str]]:
    dependencies = [spec for spec in layers if spec.group is not None]
    with ThreadPoolExecutor(max_workers=4) as threads:
        yield from zip(
            dependencies, threads.map(lambda spec: _export(root, spec), dependencies), strict=True
        )


def _export(root: Path, spec: LayerSpec) -> str:
    requirements = _uv(
        root,
        *("export", "--frozen", "--quiet", "--no-header", "--no-annotate", "--no-emit-project"),
        *("--only-group", str(spec.group), "--format", "requirements.txt"),
    )
    unhashed = [line for line in _logical_lines(requirements) if "--hash=" not in line]
    if unhashed:
        raise LockError(
            f"layer {spec.name}: group {spec.group} locks {', '.join(unhashed)} without a hash. "
            "Require it from an index, which names one."
        )
    refuse_runtime_packages(requirements, where=f"group {spec.group}", spec=spec)
    return _HEADER + requirements


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(content, encoding="utf-8")
    fresh.replace(path)


def _logical_lines(requirements: str) -> list[str]:
    return requirements.replace("\\\n", " ").splitlines()


def _uv(root: Path, *arguments: str) -> str:
    # Where the project has no environment, this interpreter will do, before one is downloaded.
    # It goes by the search path, and leaves the interpreters of other environments out.
    own = str(Path(sys.base_prefix) / "bin")
    path = os.pathsep.join([own, os.environ.get("PATH", os.defpath)])
    done = subprocess.run(
        [uv_executable(), *arguments, "--project", str(root)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
        cwd=root,
        env={**os.environ, "PATH": path},
    )
    if done.returncode != 0:
        raise LockError(
            f"`uv {' '.join(arguments)}` failed:\n{mask(done.stderr.strip())}\n"
            "If uv.lock is out of date, run `python -m packager lock`."
        )
    return done.stdout


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None

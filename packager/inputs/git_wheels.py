"""Turns a commit into the one wheel that a git layer's lock names, the same bytes every time."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import GitError
from packager.inputs.git_locks import GitLock, git_lock_path, read_git_lock
from packager.inputs.git_source import check_source, fetch
from packager.inputs.keys import read_lock
from packager.secrets import mask, without_secrets
from packager.uv import uv_executable

if TYPE_CHECKING:
    from blueprint import GitSource, LayerSpec

BUILD_CONSTRAINTS = "build-constraints.txt"
"""Beside the lock, where there is one: hashes of what builds the package."""
_FIXED = {
    "SOURCE_DATE_EPOCH": "315532800",
    "PYTHONHASHSEED": "0",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
}
_PURE = "-none-any.whl"


def locked_wheel(root: Path, spec: LayerSpec, work: Path) -> tuple[GitLock, Path]:
    """Build the wheel of a layer's pin, and hold it to the lock."""
    lock = read_git_lock(read_lock(root, spec), spec)
    wheel = build_wheel(root, spec, work)
    found = _sha256(wheel)
    if (wheel.name, found) != (lock.wheel, lock.sha256):
        raise GitError(
            f"layer {spec.name}: expected {lock.wheel} with SHA-256 {lock.sha256}, found "
            f"{wheel.name} with {found}. The commit is the same, so what builds it is not: pin it "
            f"in layers/{spec.name}/{BUILD_CONSTRAINTS}, or delete layers/{spec.name}/git.json and "
            "run `python -m packager lock` to accept the new wheel."
        )
    return lock, wheel


def new_lock(root: Path, spec: LayerSpec, work: Path) -> GitLock:
    """Build the wheel of a layer's pin, and say what to commit of it."""
    source, wheel = source_of(spec), build_wheel(root, spec, work)
    package, version = wheel.name.split("-")[:2]
    return GitLock(
        package=package.lower().replace("_", "-"),
        version=version,
        repository=source.repository,
        commit=source.commit,
        subdirectory=source.subdirectory,
        wheel=wheel.name,
        sha256=_sha256(wheel),
    )


def source_of(spec: LayerSpec) -> GitSource:
    """Return where a git layer's package comes from."""
    if spec.git is None:
        raise GitError(f"layer {spec.name}: expected git=GitSource(…) in its entry, found none")
    check_source(spec.git, spec.name)
    return spec.git


def build_wheel(root: Path, spec: LayerSpec, work: Path) -> Path:
    """Fetch a layer's pin and build it where its own code sees no credential."""
    source = source_of(spec)
    folder = fetch(source, spec.name, work) / source.subdirectory
    output = work / "wheels"
    command = [
        *(uv_executable(), "build", "--wheel", "--no-config"),
        *("--python", sys.executable, "--no-create-gitignore", "--out-dir", str(output)),
    ]
    constraints = git_lock_path(root, spec.name).with_name(BUILD_CONSTRAINTS)
    if constraints.is_file():
        command += ["--build-constraints", str(constraints), "--require-hashes"]
    done = subprocess.run(
        [*command, str(folder)],
        env={**without_secrets(os.environ), **_FIXED},
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        umask=0o022,
        check=False,
    )
    if done.returncode != 0:
        said = mask(done.stderr.strip())
        raise GitError(f"layer {spec.name}: commit {source.commit} could not be built:\n{said}")
    (wheel,) = output.glob("*.whl")
    if not wheel.name.endswith(_PURE):
        raise GitError(
            f"layer {spec.name}: expected a wheel of Python code alone, found {wheel.name}; a "
            "compiled one differs from machine to machine. Publish it to a package index instead."
        )
    return wheel


def _sha256(wheel: Path) -> str:
    return hashlib.sha256(wheel.read_bytes()).hexdigest()

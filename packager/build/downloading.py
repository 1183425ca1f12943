"""Chooses a lock's wheels for a target by uv, and downloads them by pip.

uv has no command that downloads wheels, and pip decides markers for the Python that it runs on.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from packager.build.wheel_choice import best_wheel
from packager.errors import InstallError, SpaceError
from packager.inputs.keys import lock_path
from packager.inputs.requirements import Requirement, normalised, read_requirements
from packager.progress import say
from packager.secrets import mask
from packager.store.output import full_disk_message
from packager.store.wheels import WheelStore
from packager.target import Target
from packager.uv import index_environment, index_options, uv_executable

if TYPE_CHECKING:
    from blueprint import LayerSpec

PIP = (sys.executable, "-m", "pip")
_FULL_DISK = "No space left on device"
_YANKED = re.compile(r"`([^`]+)` is yanked \((?:reason: )?([^)]*)\)")
_PROGRESS = re.compile(r"Using (CPython|Python)|Resolved |Prepared |warning: The requested Python")
_NO_WHEEL = re.compile(
    r"no usable wheels|no wheels with a matching|[Bb]uilding source distributions"
)
_PATCH_MARKER = re.compile(r";.*\b(?:python_full|implementation)_version\b.*['\"](\d+\.\d+)\.[1-9]")
"""A marker that names a patch release; uv spells those of a whole Python likewise, without one."""
_ADVICE = (
    (
        re.compile(r"[Hh]ash mismatch|DO NOT MATCH THE HASHES"),
        "The downloaded file is not the one that was locked. If the release was replaced on "
        "purpose, run `python -m packager lock`; otherwise do not trust the index.",
    ),
    (
        _NO_WHEEL,
        "There is no wheel for this Python and platform, and nothing is built from source here. "
        "Lock a release that has one, then run `python -m packager lock`.",
    ),
    (
        re.compile(r"[Ff]ailed to fetch|error sending request|Network connectivity"),
        "The package index could not be reached. Check the network and the index settings of uv.",
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The wheel that a requirement is for the target."""

    name: str
    """Its file name."""
    sha256: str
    url: str


def choose(root: Path, spec: LayerSpec, lock: bytes, target: Target) -> list[Choice]:
    """Ask uv; its cache alone first, since with hashes locked an index could only confirm."""
    _tell_of_patch_releases(spec, lock, target)
    command = [*_compile_command(root, lock_path(root, spec.name), target)]
    done = _run([*command, "--offline"], root)
    if done.returncode != 0:
        done = _run(command, root)
    if done.returncode != 0:
        said = _message(spec.name, "uv could not find", target, done.stderr)
        raise InstallError("\n".join([said, *_fitting(root, lock, target, said)]))
    _refuse_yanked(done.stderr, spec.name)
    locked = read_requirements(lock, where=f"layer {spec.name}")
    packages = tomllib.loads(done.stdout).get("packages", ())
    return [_choice(spec, package, locked, target) for package in packages]


def _tell_of_patch_releases(spec: LayerSpec, lock: bytes, target: Target) -> None:
    """Name what a lock makes dependent on a patch release, since Lambda does not say its own."""
    for line in lock.decode("utf-8", "replace").splitlines():
        found = _PATCH_MARKER.search(line)
        if found is not None and found[1] == target.python:
            name = line.partition("==")[0].strip()
            say(
                f"layer {spec.name}: whether {name} ships depends on a patch release of Python; "
                f"Lambda's is taken to be {target.release} (packager.target.RUNTIME_RELEASES). "
                "Compare it with `platform.python_version()` in a function."
            )


def _compile_command(root: Path, lock: Path, target: Target) -> Iterator[str]:
    yield from (uv_executable(), "pip", "compile", str(lock), "--format", "pylock.toml")
    yield from ("--no-deps", "--generate-hashes", "--only-binary", ":all:", "--no-header")
    yield from ("--python-version", target.release, "--python-platform", target.platform)
    yield from ("--no-progress", "--python", sys.executable, *index_options(root))


def _fitting(root: Path, lock: bytes, target: Target, said: str) -> Iterator[str]:
    """Name the newest release with a wheel for the target, of each pin that uv says has none."""
    if not _NO_WHEEL.search(said):
        return
    for pin in read_requirements(lock, where="the lock"):
        if not re.search(rf"\b{re.escape(pin.name)}\b", said):
            continue
        command = [*_compile_command(root, Path("-"), target)]
        done = _run(command, root, pin.name)
        packages = tomllib.loads(done.stdout).get("packages", ()) if done.returncode == 0 else ()
        newest = next((it["version"] for it in packages), None)
        fits = f"the newest release that has one is {newest}" if newest else "no release has one"
        yield f"Of {pin.name}, {fits}."


def _choice(
    spec: LayerSpec, package: Mapping[str, Any], locked: Sequence[Requirement], target: Target
) -> Choice:
    """Hold what uv found to the lock, and take the best of it."""
    wanted = (normalised(package["name"]), package["version"])
    accepted = {sha256 for it in locked if (it.name, it.version) == wanted for sha256 in it.hashes}
    found = {it.name: it for it in map(_listed, package["wheels"])}
    fitting = {name: it for name, it in found.items() if it.sha256 in accepted}
    best = best_wheel(fitting, target)
    if best is None:
        others = ", ".join(f"{it.name} with {it.sha256}" for it in found.values())
        raise InstallError(
            f"layer {spec.name}: {package['name']}=={package['version']}: expected a wheel with "
            f"one of the {len(accepted)} hashes that are locked, found {others}. It is not the one "
            "that was locked. If the release was replaced on purpose, run "
            "`python -m packager lock`; otherwise do not trust the index."
        )
    return fitting[best]


def _listed(wheel: Mapping[str, Any]) -> Choice:
    url = wheel.get("url") or Path(wheel["path"]).absolute().as_uri()
    name = wheel.get("name") or unquote(urlsplit(url).path.rpartition("/")[2])
    return Choice(name=name, sha256=wheel["hashes"]["sha256"], url=url)


def download(
    spec: LayerSpec, choices: Iterable[Choice], target: Target, store: WheelStore, work: Path
) -> None:
    """Put each chosen wheel that is not in the store there."""
    missing = [it for it in choices if store.read(it.sha256) is None]
    remote = [it for it in missing if not it.url.startswith("file:")]
    folder = work / "wheels"
    folder.mkdir(exist_ok=True)
    if remote:
        _pip(spec, remote, target, folder)
    for it in missing:
        local = url2pathname(urlsplit(it.url).path) if it not in remote else folder / it.name
        store.add(Path(local).read_bytes(), it.sha256, what=f"layer {spec.name}: wheel {it.name}")


def _pip(spec: LayerSpec, choices: Sequence[Choice], target: Target, folder: Path) -> None:
    """Download files whose addresses are known; they reach pip by its standard input."""
    wanted = "".join(
        f"{it.name.partition('-')[0]} @ {it.url} --hash=sha256:{it.sha256}\n" for it in choices
    )
    platforms = sorted({tag for it in choices for tag in _platforms(it.name)})
    command = [
        *(*PIP, "download", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-index", "--only-binary", ":all:", "--require-hashes"),
        *("--python-version", target.python, "--implementation", "cp"),
        *(option for tag in platforms for option in ("--platform", tag)),
        *("--dest", str(folder), "--requirement", "/dev/stdin"),
    ]
    done = subprocess.run(
        command,
        input=wanted,
        capture_output=True,
        text=True,
        env=index_environment(os.environ),
        check=False,
    )
    if done.returncode != 0:
        if _FULL_DISK in done.stderr:
            raise SpaceError(full_disk_message(folder))
        raise InstallError(_message(spec.name, "pip could not download", target, done.stderr))


def _platforms(wheel: str) -> list[str]:
    """Read for which platforms a wheel says it is; `any` suits all."""
    tags = wheel.removesuffix(".whl").rpartition("-")[2].split(".")
    return [tag for tag in tags if tag != "any"]


def _run(
    command: Sequence[str], root: Path, requirements: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=root,
        env=index_environment(os.environ),
        capture_output=True,
        text=True,
        input=requirements,
        check=False,
    )


def _refuse_yanked(said: str, layer: str) -> None:
    """Stop for releases that their authors withdrew; uv only warns of one that is pinned."""
    withdrawn = [f"{found[1]} ({found[2]})" for found in _YANKED.finditer(said)]
    if withdrawn:
        raise InstallError(
            f"layer {layer}: its lock names what was withdrawn from the index (yanked): "
            f"{', '.join(withdrawn)}. Run `uv lock --upgrade-package NAME`, then "
            "`python -m packager lock`."
        )


def _message(layer: str, what: str, target: Target, said: str) -> str:
    fault = mask("\n".join(it for it in said.strip().splitlines() if not _PROGRESS.match(it)))
    advice = next((advice for pattern, advice in _ADVICE if pattern.search(fault)), "")
    return (
        f"layer {layer}: {what} the wheels of its lock for Python {target.python} on "
        f"{target.platform}:\n{fault}\n{advice}"
    ).rstrip()

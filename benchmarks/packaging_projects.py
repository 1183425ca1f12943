"""Projects to package: a copy of this one that may be edited, and generated ones of any size."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.packaging_sam import as_users_run
from packager.inputs.parts import all_below, parts_of
from packager.system import load_system

ROOT = Path(__file__).parents[1]
LOCK = "layers/notifications/requirements.txt"
"""A lock of some small packages, one of them compiled."""

_CATALOGUE = """
from blueprint import FunctionSpec, LayerSpec, Shipping, System, as_shipped

LAYERS = tuple(
    LayerSpec(name=f"layer_{{n}}", purpose="Measured.", group="measured") for n in range({layers})
)
FUNCTIONS = as_shipped(
    [
        FunctionSpec(
            name=f"function_{{n}}", physical_name=f"function-{{n}}", purpose="Measured.",
            layers=(LAYERS[n % {layers}].name,), shipping=Shipping.{shipping}, timeout_s=1,
            memory_mb=128,
        )
        for n in range({functions})
    ],
    LAYERS,
)
SYSTEM = System(name="measured", functions=FUNCTIONS, layers={kept})
"""
_PROJECT = '[project]\nname = "measured"\n\n[tool.packager]\ncatalogue = "system:SYSTEM"\n'


@dataclass(frozen=True)
class Packaged:
    """A project, and the folder that it is built in."""

    root: Path
    home: Path

    def run(self, *command: str) -> None:
        """Run one command of the packager in a process of its own."""
        subprocess.run(
            [sys.executable, "-m", "packager", *command],
            cwd=self.root,
            env={**as_users_run(), "PACKAGER_HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )

    def forget(self, part: str = "") -> None:
        """Remove what was built, or a part of it; wheels stay in their store."""
        shutil.rmtree(self.home / "build" / part, ignore_errors=True)

    def peak_mb(self, *command: str) -> float:
        """Run one command, and say how much memory its process held at most."""
        program = (
            "import resource, runpy, sys\n"
            f"sys.argv = ['packager', *{list(command)!r}]\n"
            "try:\n    runpy.run_module('packager', run_name='__main__')\n"
            "except SystemExit as end:\n    assert not end.code\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.root,
            env={**as_users_run(), "PACKAGER_HOME": str(self.home), "PYTHONPATH": str(ROOT)},
            stderr=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return int(done.stdout) * unit / 1e6


def copied(folder: Path) -> Packaged:
    """Copy of this project what a build of it reads."""
    system = load_system(ROOT)
    for path in map(Path, all_below(ROOT, parts_of(ROOT, system))):
        if path.is_file():
            destination = folder / path.relative_to(ROOT)
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, destination)
    return Packaged(folder, folder.with_name(f"{folder.name}-home"))


def generated(folder: Path, *, functions: int, layers: int, shipping: str = "LAYER") -> Packaged:
    """Write a project of as many functions and layers, no two of which are equal."""
    shared = "LAYERS" if shipping == "LAYER" else "()"
    _write(
        folder / "system.py",
        _CATALOGUE.format(functions=functions, layers=layers, shipping=shipping, kept=shared),
    )
    _write(folder / "pyproject.toml", _PROJECT)
    lock = (ROOT / LOCK).read_text(encoding="utf-8")
    for number in range(layers):
        _write(folder / f"layers/layer_{number}/requirements.txt", f"# {number}\n{lock}")
    for number in range(functions):
        body = f"def lambda_handler(event, context):\n    return {number}\n"
        _write(folder / f"functions/function_{number}/function_{number}/__init__.py", "")
        _write(folder / f"functions/function_{number}/function_{number}/lambda_handler.py", body)
    return Packaged(folder, folder.with_name(f"{folder.name}-home"))


def floor(wheels: Path, digests: list[list[str]], destination: Path) -> None:
    """Read the wheels of each lock once, and write their bytes once."""
    program = (
        "import sys\n"
        f"for number, lock in enumerate({digests!r}):\n"
        f"    with open({str(destination)!r} + str(number), 'wb') as stream:\n"
        "        for digest in lock:\n"
        f"            with open({str(wheels)!r} + '/' + digest + '.whl', 'rb') as wheel:\n"
        "                stream.write(wheel.read())\n"
    )
    subprocess.run([sys.executable, "-c", program], env=as_users_run(), check=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")

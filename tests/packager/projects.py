"""Small projects to package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from blueprint import FunctionSpec, LayerKind, LayerSpec
from packager.build.functions import build_function
from packager.build.layers import build_layer
from packager.check.built import check_function
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output
from packager.target import Target
from tests.packager.wheelhouse import Wheel

TARGET = Target()


@dataclass(frozen=True)
class Project:
    """A tree to package, and where its zips go."""

    root: Path
    output_dir: Path

    def write(self, path: str, content: str | bytes = "") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def lock(self, layer: str, *wheels: Wheel, smoke: str = "") -> LayerSpec:
        self.write(f"layers/{layer}/requirements.txt", "".join(wheel.locked for wheel in wheels))
        return LayerSpec(name=layer, purpose="Test.", group=f"layer-{layer}", smoke=smoke)

    def handler(self, name: str = "greet", body: str = "") -> FunctionSpec:
        """Write a function's code; `body` comes before its handler."""
        folder = f"functions/{name}/the_alchemiser/{name}"
        self.write(f"{folder}/__init__.py")
        self.write(f"{folder}/lambda_handler.py", f"{body}\ndef lambda_handler(*_): ...\n")
        return function_spec(name)

    def build(self, layer: LayerSpec, target: Target = TARGET) -> BuiltArtifact:
        return build_layer(self.root, layer, target, self.output_dir)

    def build_function(self, spec: FunctionSpec, target: Target = TARGET) -> BuiltArtifact:
        return build_function(self.root, spec, target, self.output_dir)

    def check(self, spec: FunctionSpec, *layers: BuiltArtifact, target: Target = TARGET) -> str:
        """Build a function and hold it to every gate."""
        function = self.build_function(spec, target)
        return check_function(spec, function, layers, target, Output(self.output_dir))

    @property
    def zips(self) -> list[Path]:
        return sorted(self.output_dir.rglob("*.zip"))

    @property
    def leftovers(self) -> list[Path]:
        """What a failed build must not leave: anything but locks."""
        found = (path for path in self.output_dir.rglob("*") if path.is_file())
        return [path for path in found if path.suffix != ".lock" and path.name != ".sweep"]


def sources_layer(name: str = "shared", *sources: str) -> LayerSpec:
    return LayerSpec(
        name=name,
        purpose="Test.",
        kind=LayerKind.SOURCES,
        sources=sources or ("the_alchemiser/shared",),
    )


def function_spec(name: str = "greet", *layers: str, data: tuple[str, ...] = ()) -> FunctionSpec:
    return FunctionSpec(
        name=name,
        physical_name=name,
        handler=f"the_alchemiser.{name}.lambda_handler.lambda_handler",
        purpose="Test.",
        layers=layers,
        timeout_s=1,
        memory_mb=128,
        data=data,
    )

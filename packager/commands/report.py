"""`python -m packager report --base REV`: what a change does to what ships."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

import click

from packager.build.layers import PREFIX
from packager.build.system import Artifacts, build_system
from packager.check.gates.sizes import total_unzipped_bytes
from packager.commands.in_project import in_project
from packager.project import Project
from packager.store.manifest import BuiltArtifact
from packager.store.output import Output, output_folder
from packager.supply.base_build import BaseBuild, build_base
from packager.supply.blast_radius import read_code
from packager.supply.circumstances import circumstances
from packager.supply.dependencies import parts_of, reachable
from packager.supply.moves import Move, moves
from packager.supply.report import Cause, Report, Weight, limit_part

if TYPE_CHECKING:
    from blueprint import FunctionSpec, System


@click.command("report")
@click.option("--base", required=True, metavar="REV", help="the commit to compare with")
@click.option("--json", "as_json", is_flag=True, help="JSON instead of Markdown")
@in_project
def command(project: Project, base: str, as_json: bool) -> int:
    """Say what a change does to what ships, against another commit."""
    report = report_against(project, base)
    said = json.dumps(report.as_json(), indent=2) + "\n" if as_json else report.as_markdown()
    sys.stdout.write(said)
    return 0


def report_against(project: Project, revision: str) -> Report:
    """Build both, and compare them."""
    root, system = project.root, project.system
    output = Output(output_folder(root))
    layers, functions = build_system(root, system, output.folder)
    with output.workspace() as work:
        base = build_base(root, revision, project.choice.spelled(), output.wheels, work)
        return _Comparison(system, layers, functions, base).report(revision)


class _Comparison:
    def __init__(
        self, system: System, layers: Artifacts, functions: Artifacts, base: BaseBuild
    ) -> None:
        self.system = system
        self.layers = layers
        self.functions = functions
        self.base = base
        self.changed_layers = {
            name for name in layers if _key(base.layers.get(name)) != layers[name].key
        }

    def report(self, base: str) -> Report:
        found = moves(_pins(self.base.layers), _pins(self.layers))
        return Report(
            base=base,
            packages=found,
            weights=(*self._layer_weights(), *self._function_weights()),
            causes=(*self._files(), *map(self._pin, found), *self._circumstances()),
        )

    def _layer_weights(self) -> Iterator[Weight]:
        for name in dict.fromkeys([*self.layers, *self.base.layers]):
            before, after = self.base.layers.get(name), self.layers.get(name)
            was, now = _sizes(before), _sizes(after)
            yield Weight(
                kind="layer",
                name=name,
                zipped_bytes=(was[0], now[0]),
                unzipped_bytes=(was[1], now[1]),
                limit_part=(limit_part(was[1]), limit_part(now[1])),
                rebuilt=_key(before) != _key(after),
            )

    def _function_weights(self) -> Iterator[Weight]:
        specs = {spec.name: spec for spec in self.system.functions}
        for name in dict.fromkeys([*self.functions, *self.base.functions]):
            before, after = self.base.functions.get(name), self.functions.get(name)
            carried = self._carried(specs[name]) if name in specs else {}
            total = total_unzipped_bytes(after, carried.values()) if after else None
            was, now = _sizes(before), _sizes(after)
            yield Weight(
                kind="function",
                name=name,
                zipped_bytes=(was[0], now[0]),
                unzipped_bytes=(was[1], now[1]),
                limit_part=(
                    limit_part(self.base.total_unzipped_bytes.get(name)),
                    limit_part(total),
                ),
                rebuilt=_key(before) != _key(after),
                repointed=tuple(it for it in carried if it in self.changed_layers and before),
            )

    def _carried(self, spec: FunctionSpec) -> dict[str, BuiltArtifact]:
        return {build.name: self.layers[build.name] for build in self.system.carried(spec)}

    def _files(self) -> Iterator[Cause]:
        """Follow each changed file of ours to the functions that import it."""
        changed = {
            path: None
            for kind in ("layers", "functions")
            for name, artifact in getattr(self, kind).items()
            for path in _changed_files(getattr(self.base, kind).get(name), artifact)
        }
        codes = {
            spec.name: read_code(
                [
                    self.functions[spec.name].path,
                    *(it.path for it in self._carried(spec).values() if "files" in it.inputs),
                ]
            )
            for spec in self.system.functions
        }
        for path in changed:
            reached: dict[str, tuple[str, ...]] = {}
            for spec in self.system.functions:
                way = codes[spec.name].way_to(path, spec.handler.rpartition(".")[0])
                if way or path in _files_of(self.functions[spec.name]):
                    reached[spec.name] = way
            yield Cause(what=path, reached=reached, carried=self._carrying(path, reached))

    def _circumstances(self) -> Iterator[Cause]:
        """Follow what is neither a file nor a pin: rules, Python, patterns, a lock's hashes."""
        causes: dict[str, dict[str, tuple[str, ...]]] = {}
        for spec in self.system.functions:
            parts = {
                **{f"layer {name}": it for name, it in self._carried(spec).items()},
                f"function {spec.name}": self.functions[spec.name],
            }
            for name, after in parts.items():
                kind, _, named = name.partition(" ")
                base = self.base.layers if kind == "layer" else self.base.functions
                for what in circumstances(base.get(named), after):
                    causes.setdefault(what, {})[spec.name] = ()
        for what, reached in causes.items():
            yield Cause(what=what, reached=reached, carried=())

    def _carrying(self, path: str, reached: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(
            spec.name
            for spec in self.system.functions
            if spec.name not in reached
            and any(path in _files_of(it) for it in self._carried(spec).values())
        )

    def _pin(self, move: Move) -> Cause:
        """Tell functions that import a package from those that only carry its layer."""
        reached: dict[str, tuple[str, ...]] = {}
        carried = []
        for spec in self.system.functions:
            layers = self._carried(spec)
            if not set(move.layers) & layers.keys():
                continue
            own = parts_of(self.functions[spec.name], "")
            parts = [part for it in layers.values() for part in parts_of(it, PREFIX)]
            start = [*own, *(part for part in parts if not part.name)]
            if any(part.name == move.package for part in reachable(start, [*own, *parts])):
                reached[spec.name] = ()
            else:
                carried.append(spec.name)
        return Cause(what=str(move), reached=reached, carried=tuple(carried))


def _key(artifact: BuiltArtifact | None) -> str | None:
    return None if artifact is None else artifact.key


def _sizes(artifact: BuiltArtifact | None) -> tuple[int | None, int | None]:
    return (None, None) if artifact is None else (artifact.zipped_bytes, artifact.unzipped_bytes)


def _files_of(artifact: BuiltArtifact | None) -> Mapping[str, str]:
    found = {} if artifact is None else artifact.inputs.get("files", {})
    return cast("Mapping[str, str]", found)


def _changed_files(before: BuiltArtifact | None, after: BuiltArtifact) -> list[str]:
    was, now = _files_of(before), _files_of(after)
    return [path for path in sorted({*was, *now}) if was.get(path) != now.get(path)]


def _pins(artifacts: Mapping[str, BuiltArtifact]) -> Mapping[str, Mapping[str, str]]:
    return {
        name: {package: it.version for package, it in artifact.packages.items()}
        for name, artifact in artifacts.items()
    }

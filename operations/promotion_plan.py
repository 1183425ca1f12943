"""What a promotion would change, for the person who is about to agree to it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from blueprint.outputs import hexadecimal
from operations.preview import Preview
from operations.review import Change, changes_in
from operations.running import Running
from packager.store.promotion import Shipment

_MOST_LINES = 20
_OF_AWS = "aws:"
"""Components and commands are nothing that AWS has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromotionPlan:
    """One promotion that nobody has agreed to yet."""

    root: Path
    source: Running
    target: Running | None
    preview: Preview
    ships: Shipment

    def lines(self) -> Iterator[str]:
        """Write the plan: code, layers, commits, files, then everything else that changes."""
        live = self.source.live
        yield (
            f"promotes what {self.source.stack} serves"
            f"{f', release {live.number}' if live else ''}, to {self._target()}:"
        )
        yield from _titled("functions", self._functions())
        yield from _titled("layers", self._layers())
        yield from _titled("commits", self._commits())
        yield from _titled("files", self._files())
        changes = [it for it in changes_in(self.preview) if self._is_news(it)]
        gone = [it for it in changes if it.verb in ("delete", "replace")]
        kept = [it for it in changes if it.verb not in ("delete", "replace")]
        yield from _titled("settings and resources", map(_change, kept))
        yield from _titled("DELETED OR REPLACED", map(_change, gone))
        if not gone:
            yield "  deleted or replaced: nothing"
        if self.source.held:
            yield f"  {self.source.held}"
        if self.target is not None and self.target.held:
            yield f"  {self.target.held} This promotion lets go of it."

    def _target(self) -> str:
        if self.target is None:
            return "a stack that was never deployed"
        live = self.target.live
        return f"{self.target.stack}{f', which serves release {live.number}' if live else ''}"

    def _functions(self) -> Iterator[str]:
        served = self.target.serving if self.target else {}
        for name, digest in sorted(self.ships.functions.items()):
            now, source = served.get(name), self.source.serving[name]
            if now is None:
                yield f"{name}: new, code {digest[:12]}"
                continue
            before = hexadecimal(now.code_sha256)
            code = [f"code {before[:12]} -> {digest[:12]}"] if before != digest else []
            layers = [
                f"layer {layer}"
                for layer, it in sorted(source.layers.items())
                if layer not in now.layers or now.layers[layer].key != it.key
            ]
            if code or layers:
                yield f"{name} (serves {now.version}): {', '.join([*code, *layers])}"
        for name in sorted(served.keys() - self.ships.functions.keys()):
            yield f"{name}: removed"

    def _layers(self) -> Iterator[str]:
        carried = {
            (name, it.key)
            for function in (self.target.serving if self.target else {}).values()
            for name, it in function.layers.items()
        }
        known = {name for name, _ in carried}
        for name, key in sorted(self.ships.layers.items()):
            if (name, key) not in carried:
                yield f"{name}: {'changed' if name in known else 'new'}, key {key[:12]}"

    def _commits(self) -> Iterator[str]:
        yield from self._git("log", "--format=%h %s", "--end-of-options", self._range())

    def _files(self) -> Iterator[str]:
        yield from self._git("diff", "--name-only", "--end-of-options", self._range())

    def _range(self) -> str:
        live = self.target.live if self.target else None
        return f"{live.commit}..HEAD" if live and live.commit else "HEAD..HEAD"

    def _git(self, *arguments: str) -> list[str]:
        finished = subprocess.run(
            ["git", *arguments], cwd=self.root, check=False, text=True, capture_output=True
        )
        if finished.returncode != 0:
            return ["unknown: the commit that is live is not in this repository"]
        return finished.stdout.splitlines()

    def _is_news(self, change: Change) -> bool:
        """Tell whether a change is one of AWS's resources, and not told of above already."""
        versions = {f"{n}{end}" for n in self.ships.functions for end in ("-function", "-alias")}
        built = {f"{n}{end}" for n in self.ships.layers for end in ("-build", "-version")}
        if change.verb == "delete":
            return change.kind.startswith(_OF_AWS)
        if change.name in versions and change.verb == "update":
            # Its code and layers are told above; what else changes on it is not.
            return bool(set(change.properties) - _OF_CODE)
        return change.kind.startswith(_OF_AWS) and change.name not in built


_OF_CODE = frozenset({"code", "sourceCodeHash", "layers", "description", "functionVersion"})


def _titled(title: str, lines: Iterator[str] | map[str]) -> Iterator[str]:
    found = list(lines)
    if not found:
        return
    yield f"  {title}:"
    yield from (f"    {line}" for line in found[:_MOST_LINES])
    if len(found) > _MOST_LINES:
        yield f"    and {len(found) - _MOST_LINES} more"


def _change(change: Change) -> str:
    because = f" ({', '.join(change.properties)})" if change.properties else ""
    return f"{change.verb} {change.name}, {change.kind}{because}"

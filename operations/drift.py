"""What differs between what was deployed and what runs: code, aliases, layers, configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from blueprint.outputs import FunctionOutput, LayerOutput, hexadecimal
from operations.engine_state import Published
from operations.live import Live
from operations.preview import Preview
from operations.running import Running

_GONE = "nothing: it is gone"
# What a refresh says of a resource that is not as it was deployed.
_DRIFTED = {"update": "was changed", "delete": "is gone", "replace": "was changed"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """One thing that is not as it was deployed."""

    kind: str
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: deployed {self.expected}, found {self.found}"


def drift_of(running: Running, live: Live, refreshed: Preview) -> tuple[Drift, ...]:
    """Compare everything; `refreshed` is `refresh --preview-only --json`, which sees no code.

    An alias is where the last release says, whatever was published since.
    """
    outputs = running.outputs
    return (
        *(
            drift
            for name, it in outputs.functions.items()
            for drift in _function(name, it, running, live)
        ),
        *(drift for name, it in outputs.layers.items() for drift in _layer(name, it, live)),
        *configuration_drift(refreshed),
    )


def code_drift(
    outputs: Mapping[str, FunctionOutput], shipped: Mapping[str, Published], live: Live
) -> tuple[str, ...]:
    """Name the functions whose newest code is not what was shipped, by deployed name, last."""
    return tuple(
        name
        for name, it in outputs.items()
        if it.name in shipped
        and live.code_digest(it.name, "$LATEST") not in (None, shipped[it.name].code_sha256)
    )


def configuration_drift(refreshed: Preview) -> Iterator[Drift]:
    """Yield each resource that a refresh would have to correct in the state."""
    for step in refreshed.steps:
        verb = _DRIFTED.get(step.op)
        if verb is not None and not step.kind.startswith(("pulumi:", "alchemiser:")):
            properties = ", ".join(sorted(step.detailed_diff or {}))
            yield Drift(
                kind=step.kind,
                name=step.name,
                expected="as in the state",
                found=f"{verb} ({properties})" if properties else verb,
            )


def _function(name: str, deployed: FunctionOutput, running: Running, live: Live) -> Iterator[Drift]:
    digest = live.code_digest(deployed.name, "$LATEST")
    shipped = running.published.get(name)
    if shipped is not None and digest != shipped.code_sha256:
        yield Drift(
            kind="code of function",
            name=name,
            expected=hexadecimal(shipped.code_sha256),
            found=_GONE if digest is None else f"{hexadecimal(digest)}, edited by hand",
        )
    released = running.releases[-1].versions if running.releases else {}
    version = released.get(name, deployed.version)
    target = live.alias_version(deployed.name, deployed.alias)
    if target != version:
        yield Drift(
            kind=f"alias {deployed.alias} of function",
            name=name,
            expected=f"version {version}",
            found=_GONE if target is None else f"version {target}",
        )


def _layer(name: str, deployed: LayerOutput, live: Live) -> Iterator[Drift]:
    digest = live.layer_digest(deployed.arn)
    found = None if digest is None else hexadecimal(digest)
    if found != deployed.sha256:
        yield Drift(
            kind="layer",
            name=name,
            expected=deployed.sha256,
            found=_GONE if found is None else found,
        )

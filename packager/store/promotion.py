"""What a stack may run: exactly the layer keys and function digests that the stage before ran."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from blueprint.outputs import OutputsError, StackOutputs, hexadecimal
from packager.errors import PromotionRefusedError

_ABSENT = "nothing by that name"

Outputs = Mapping[str, Any]


class Digested(Protocol):
    """A built zip, as far as its identity goes."""

    @property
    def sha256(self) -> str:
        """Digest of its bytes, hex."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipment:
    """The identity of everything that one stack runs, or would run."""

    functions: Mapping[str, str]
    """Name -> SHA-256 of the zip, hex."""
    layers: Mapping[str, str]
    """Name -> input key."""
    layer_digests: Mapping[str, str] = field(default_factory=dict)
    """Name -> SHA-256 of the zip, hex, as far as it is known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One artifact that the stage before has not run."""

    kind: str
    name: str
    ran: str
    found: str


def differences(ran: Shipment, found: Shipment) -> tuple[Difference, ...]:
    """Compare digest by digest; an artifact on one side only is a difference too."""
    return (
        *_compare("function", ran.functions, found.functions),
        *_compare("layer", ran.layers, found.layers),
        *_compare("layer", *_both_known(ran.layer_digests, found.layer_digests)),
    )


def require_promotable(stage: str, ran: Shipment, found: Shipment) -> None:
    """Raise PromotionRefusedError that lists everything which `stage` has not run."""
    missing = differences(ran, found)
    if missing:
        raise PromotionRefusedError(refusal(stage, missing))


def refusal(
    stage: str, missing: Sequence[Difference], withdrawn: Mapping[str, str] | None = None
) -> str:
    """Name everything that a stage does not run, with both digests, and what was withdrawn."""
    lines = "\n".join(
        f"  {it.kind} {it.name}: {stage} runs {it.ran}, this checkout has {it.found}"
        f"{_reason(withdrawn, it.name)}"
        for it in missing
    )
    return (
        f"promotion refused, nothing was touched: {len(missing)} of what this checkout ships is "
        f"not live in {stage}.\n{lines}\nDeploy this commit to {stage} first "
        f"(`make deploy-{stage}`), or check out the commit that {stage} runs "
        f"(`make releases STACK={stage}`)."
    )


def _reason(withdrawn: Mapping[str, str] | None, name: str) -> str:
    return f"; {withdrawn[name]}" if withdrawn and name in withdrawn else ""


def require_promoted(
    stage: str | None,
    outputs_of: Callable[[str], Outputs],
    zips: Mapping[str, Digested],
    keys: Mapping[str, str],
) -> Mapping[str, str]:
    """Hold what would ship against the outputs of the stage before; without one, all may ship.

    Returns by layer the one digest that it may turn out to have when it is fetched or built.
    """
    if stage is None:
        return {}
    outputs = _read(stage, outputs_of(stage))
    ran = shipment_of(outputs)
    found = Shipment(functions={name: it.sha256 for name, it in zips.items()}, layers=keys)
    missing = differences(ran, found)
    if missing:
        raise PromotionRefusedError(refusal(stage, missing, _withdrawn(stage, outputs, found)))
    return ran.layer_digests


def shipment_of(outputs: StackOutputs) -> Shipment:
    """Read from a stack's outputs what it runs; raise ValueError for a digest that is none."""
    served = _served_keys(outputs)
    return Shipment(
        functions={name: hexadecimal(it.code_sha256) for name, it in outputs.functions.items()},
        layers=served,
        layer_digests={
            name: it.sha256 for name, it in outputs.layers.items() if it.key == served[name]
        },
    )


def served_key(keys: Iterable[str], newest: str) -> str:
    """Give the one key of a layer that served functions carry; all of them where they differ."""
    return " and ".join(sorted(set(keys))) or newest


def _served_keys(outputs: StackOutputs) -> dict[str, str]:
    # What a rollback left behind is the newest version of a layer, and nobody runs it.
    carried = [it.layer_keys for it in outputs.functions.values()]
    return {
        name: served_key((keys[name] for keys in carried if name in keys), layer.key)
        for name, layer in outputs.layers.items()
    }


def _withdrawn(stage: str, outputs: StackOutputs, found: Shipment) -> dict[str, str]:
    return {
        name: f"{stage} has withdrawn it: version {it.newest_version}"
        for name, it in outputs.functions.items()
        if it.newest_code_sha256 not in ("", it.code_sha256)
        and hexadecimal(it.newest_code_sha256) == found.functions.get(name)
    }


def _read(stage: str, found: Outputs) -> StackOutputs:
    try:
        outputs = StackOutputs.read(found, stage)
        shipment_of(outputs)
    except (OutputsError, ValueError) as error:
        raise PromotionRefusedError(
            f"nothing can be promoted: {error} For {stage} that is `make deploy-{stage}`."
        ) from error
    return outputs


def _both_known(
    ran: Mapping[str, str], found: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, str]]:
    names = ran.keys() & found.keys()
    return {name: ran[name] for name in names}, {name: found[name] for name in names}


def _compare(kind: str, ran: Mapping[str, str], found: Mapping[str, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            kind=kind,
            name=name,
            ran=ran.get(name, _ABSENT),
            found=found.get(name, _ABSENT),
        )
        for name in sorted(ran.keys() | found.keys())
        if ran.get(name) != found.get(name)
    )

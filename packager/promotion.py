"""What a stack may run: exactly the layer keys and function digests that the stage before ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from packager.errors import PromotionRefusedError

_ABSENT = "nothing by that name"


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipment:
    """The identity of everything that one stack runs, or would run."""

    functions: Mapping[str, str]
    """Name -> SHA-256 of the zip, hex."""
    layers: Mapping[str, str]
    """Name -> input key."""


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
    )


def require_promotable(stage: str, ran: Shipment, found: Shipment) -> None:
    """Raise PromotionRefusedError that lists everything which `stage` has not run."""
    missing = differences(ran, found)
    if not missing:
        return
    lines = "\n".join(
        f"  {it.kind} {it.name}: {stage} runs {it.ran}, this checkout has {it.found}"
        for it in missing
    )
    raise PromotionRefusedError(
        f"promotion refused, nothing was touched: {len(missing)} of what this checkout ships has "
        f"not run in {stage}.\n{lines}\nDeploy this commit to {stage} first "
        f"(`make deploy-{stage}`), or check out the commit that {stage} runs "
        f"(`make history STACK={stage}`)."
    )


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

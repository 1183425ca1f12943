"""What prod may run: exactly the layer keys and code digests that dev runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from operations.errors import PromotionRefusedError
from operations.outputs import StackOutputs, hexadecimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """What this checkout would ship."""

    functions: Mapping[str, str]
    """Name -> SHA-256 of the zip, hex."""
    layers: Mapping[str, str]
    """Name -> input key."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One artifact that the source stack has not run."""

    kind: str
    name: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}: dev runs {self.expected}, this checkout has {self.found}"


_ABSENT = "nothing by that name"


def differences(source: StackOutputs, candidate: Candidate) -> tuple[Difference, ...]:
    """Compare digest by digest; an artifact on one side only is a difference too."""
    ran_functions = {name: hexadecimal(it.code_sha256) for name, it in source.functions.items()}
    ran_layers = {name: it.key for name, it in source.layers.items()}
    return (
        *_compare("function", ran_functions, candidate.functions),
        *_compare("layer", ran_layers, candidate.layers),
    )


def require_promotable(source: StackOutputs, candidate: Candidate) -> None:
    """Raise PromotionRefusedError that lists everything which the source stack has not run."""
    found = differences(source, candidate)
    if not found:
        return
    lines = "\n".join(f"  {difference}" for difference in found)
    message = (
        f"promotion refused, nothing was touched: {len(found)} of what this checkout ships has not "
        f"run in dev.\n{lines}\nDeploy this commit to dev first (`make deploy-dev`), or check out "
        f"the commit that dev runs (`make history STACK=dev`)."
    )
    raise PromotionRefusedError(message)


def _compare(
    kind: str, ran: Mapping[str, str], candidate: Mapping[str, str]
) -> tuple[Difference, ...]:
    return tuple(
        Difference(
            kind=kind,
            name=name,
            expected=ran.get(name, _ABSENT),
            found=candidate.get(name, _ABSENT),
        )
        for name in sorted(ran.keys() | candidate.keys())
        if ran.get(name) != candidate.get(name)
    )

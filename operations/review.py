"""What a pull request would do to a stack: resources by name, layers rebuilt, bytes gained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from blueprint.outputs import StackOutputs
from operations.preview import Preview, Step

_VERBS = {
    "create": "create",
    "create-replacement": "replace",
    "update": "update",
    "delete": "delete",
    "replace": "replace",
    "import": "import",
}
_BUILD_COMMAND = "command:local:Command"
FUNCTION = "aws:lambda/function:Function"
_HOLD_DATA = frozenset(
    {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:dynamodb/table:Table",
        "aws:kms/key:Key",
        "aws:s3/bucket:Bucket",
        "aws:secretsmanager/secret:Secret",
        "aws:sqs/queue:Queue",
    }
)
"""Types whose deletion takes what people have put into them, or what it is read with."""
_MOST_REASONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One resource that would change."""

    verb: str
    kind: str
    name: str
    properties: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """Unzipped bytes of what a checkout ships, by name."""

    functions: Mapping[str, int]
    layers: Mapping[str, int]
    totals: Mapping[str, int]
    """Function with all its layers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """Unzipped bytes of one layer or function, before and after."""

    kind: str
    name: str
    before_bytes: int
    after_bytes: int
    total_before_bytes: int | None = None
    total_bytes: int | None = None
    """A function with all its layers."""

    @property
    def gained_bytes(self) -> int:
        """Bytes gained; negative when it shrinks."""
        return self.after_bytes - self.before_bytes


def changes_in(preview: Preview) -> tuple[Change, ...]:
    """Return the resources that would change; a replacement's three steps are one change."""
    changes: dict[str, Change] = {}
    for step in preview.steps:
        verb = _VERBS.get(step.op)
        if verb is not None and (step.urn not in changes or verb == "replace"):
            changes[step.urn] = _change(verb, step)
    return tuple(sorted(changes.values(), key=lambda it: (it.verb, it.kind, it.name)))


def loses_data(change: Change) -> bool:
    """Tell whether a change takes away what is stored."""
    return change.verb in ("delete", "replace") and change.kind in _HOLD_DATA


def rebuilt_layers(
    changes: tuple[Change, ...], layers: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Name the layers that would be built anew, with why: which of their inputs are others."""
    building = {
        change.name: change
        for change in changes
        if change.kind == _BUILD_COMMAND and change.verb != "delete"
    }
    return {
        name: _why(building[f"{name}-build"], reasons)
        for name, reasons in layers.items()
        if f"{name}-build" in building
    }


def _why(change: Change, reasons: tuple[str, ...]) -> str:
    if change.verb == "create":
        return "new layer"
    if not reasons:
        return f"its command differs in {', '.join(change.properties)}"
    more = len(reasons) - _MOST_REASONS
    return "; ".join(reasons[:_MOST_REASONS]) + (f"; and {more} more" if more > 0 else "")


def growth(deployed: StackOutputs | None, sizes: Sizes) -> tuple[Growth, ...]:
    """Compare what is deployed with what would be; a name on one side counts from or to zero."""
    functions = deployed.functions if deployed else {}
    layers = deployed.layers if deployed else {}
    before_layers = {name: it.unzipped_bytes for name, it in layers.items()}
    before_functions = {name: it.unzipped_bytes for name, it in functions.items()}
    totals = {name: it.total_unzipped_bytes for name, it in functions.items()}
    return (
        *_rows("layer", before_layers, sizes.layers, {}, {}),
        *_rows("function", before_functions, sizes.functions, totals, sizes.totals),
    )


def _rows(
    kind: str,
    before: Mapping[str, int],
    after: Mapping[str, int],
    totals_before: Mapping[str, int],
    totals: Mapping[str, int],
) -> tuple[Growth, ...]:
    return tuple(
        Growth(
            kind=kind,
            name=name,
            before_bytes=before.get(name, 0),
            after_bytes=after.get(name, 0),
            total_before_bytes=totals_before.get(name),
            total_bytes=totals.get(name),
        )
        for name in sorted(before.keys() | after.keys())
    )


def _change(verb: str, step: Step) -> Change:
    properties = tuple(sorted(step.detailed_diff or {}))
    return Change(verb=verb, kind=step.kind, name=step.name, properties=properties)

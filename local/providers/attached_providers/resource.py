"""One row of a provider's table: everything the engine may ask about a resource type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from attached_providers.limits import Limits
from attached_providers.schema import Prop, text, text_map
from attached_providers.wire import Values

NO_PROPS: Mapping[str, Prop] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What an update is about; `names` are the changed properties."""

    old: Values
    new: Values
    names: frozenset[str]

    def touches(self, *names: str) -> bool:
        """Tell whether any of these properties changed."""
        return not self.names.isdisjoint(names)


Creates = Callable[[Any, Values], str]
"""Makes the resource and returns its id in the official provider's format."""
Settles = Callable[[Any, str, Values], None]
"""Finishes a made or changed resource; a failure leaves it recorded, marked as not finished."""
Reads = Callable[[Any, str, Values], "Values | None"]
"""Returns the properties as AWS has them, or None for a resource that is gone."""
Updates = Callable[[Any, str, Change], None]
"""Brings the resource to the wanted properties in place."""
Deletes = Callable[[Any, str, Values], None]
"""Removes the resource."""


@dataclass(frozen=True, slots=True)
class Naming:
    """How a name is made up when the program gives none, as the official provider does it."""

    prop: str = "name"
    longest: int = 64
    lower: bool = False
    prefix: str = ""
    suffix: Callable[[Values], str] = lambda _: ""
    separator: str = "-"


def no_volatile(changed: frozenset[str], new: Values) -> Iterable[str]:
    """Say that an update leaves every computed output as it is."""
    return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class ResourceType:
    """A resource type of the table."""

    token: str
    props: Mapping[str, Prop]
    outputs: Mapping[str, Prop] = field(default_factory=lambda: NO_PROPS)
    """What AWS alone decides: unknown in the preview of a create."""
    create: Creates
    read: Reads
    delete: Deletes
    update: Updates | None = None
    """None: every property replaces."""
    settle: Settles | None = None
    naming: Naming | None = None
    unique_by: tuple[str, ...] = ()
    """Properties that tell two live resources apart, where it is not the name."""
    tagged: bool = False
    regional: bool = True
    gone: frozenset[str] = frozenset()
    """AWS error codes that mean the resource does not exist, beyond the usual ones."""
    volatile: Callable[[frozenset[str], Values], Iterable[str]] = no_volatile
    """Computed outputs that an update of these properties makes unknown."""
    limits: Limits = field(default_factory=lambda: MappingProxyType({}))
    """Values that the official provider accepts."""
    check: Callable[[Values], Iterable[tuple[str, str]]] = lambda _: ()
    """Rules across properties: (property, what is wrong)."""

    @property
    def inputs(self) -> Mapping[str, Prop]:
        """Every property a program may set."""
        common = {"tags": text_map()} if self.tagged else {}
        return {**self.props, **common, **({"region": REGION} if self.regional else {})}

    @property
    def managed(self) -> Mapping[str, Prop]:
        """Every property that a change is looked for in: inputs and the tags that result."""
        return {**self.inputs, **({"tagsAll": text_map()} if self.tagged else {})}


REGION = text(computed=True, replaces=True)
ARN = {"arn": text()}

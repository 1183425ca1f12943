"""One Lambda function, and the way in which its dependencies travel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from blueprint.grants import Grant, Value
from blueprint.layers import LayerSpec
from blueprint.platforms import Architecture
from blueprint.triggers import Trigger


class Shipping(Enum):
    """How a function's dependencies travel."""

    LAYER = "layer"
    """Each in a layer that functions share."""
    ZIP = "zip"
    """Inside the function's own zip; layers of our own sources stay attached."""
    IMAGE = "image"
    """Inside a container image, with everything else that the function runs on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FunctionSpec:
    """One Lambda function."""

    name: str
    """The name in outputs."""
    former_names: tuple[str, ...] = ()
    """What `name` was before; what is deployed then stays what it is, instead of being made anew
    under a deployed name that is taken."""
    physical_name: str = ""
    """Suffix of the deployed name: <system>-<stage>-<physical_name>; empty takes the name's."""
    source: str = ""
    """Root-relative folder of its code; empty takes functions/<name>."""
    purpose: str
    layers: tuple[str, ...] = ()
    """What it runs on besides its own folder, in the order of Python's path."""
    shipping: Shipping = Shipping.LAYER
    """How the dependencies among its layers reach Lambda."""
    packed: tuple[LayerSpec, ...] = ()
    """Layers that ship inside its own zip or image instead; `as_shipped` fills it in."""
    triggers: tuple[Trigger, ...] = ()
    publishes: tuple[str, ...] = ()
    """Event names it may put on the bus; the grant to do so follows from them."""
    grants: tuple[Grant, ...] = ()
    environment: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    handler: str = ""
    """Dotted path that Lambda calls; empty until the system's pattern fills it in."""
    architecture: Architecture = Architecture.X86_64
    timeout_s: int
    memory_mb: int
    reserved_concurrency: int | None = None
    snap_start: bool = False
    """Starts from a snapshot of what a version's first import left in memory: sooner, and with
    nothing kept that must differ from one environment to the next, to which a gate holds it."""
    data: tuple[str, ...] = ()
    """Root-relative folders of data files that ship in the zip at the same paths."""
    async_retries: int = 2
    """Times an asynchronous call is tried again before it goes to the failed queue; 0 to 2."""
    async_age_s: int = 3600
    """Seconds for which an asynchronous call may wait; an older one is too late for its work."""

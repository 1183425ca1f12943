"""What the aliases of a stack serve right now, asked of Lambda."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from operations.history import Version
from operations.live import Live
from operations.release import CarriedLayer, ReleasedFunction

AT_ONCE = 10
"""Calls to Lambda side by side; its control plane takes 15 a second before it throttles:
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""

_Item = TypeVar("_Item")
_Made = TypeVar("_Made")


@dataclass(frozen=True, kw_only=True, slots=True)
class Aliased:
    """Where a function's alias is."""

    function: str
    """Deployed name."""
    alias: str


def serving(
    live: Live, functions: Mapping[str, Aliased], layer_arns: Mapping[str, str]
) -> dict[str, ReleasedFunction]:
    """Read the version behind each alias; functions without one are left out.

    `layer_arns` are the layers' ARNs by name; which version they carry plays no part.
    """
    described = describer(live, layer_arns)

    def served(item: tuple[str, Aliased]) -> tuple[str, ReleasedFunction] | None:
        name, it = item
        number = live.alias_version(it.function, it.alias)
        version = None if number is None else live.version(it.function, number)
        return None if version is None else (name, described(it.function, version))

    return dict(found for found in side_by_side(served, functions.items()) if found is not None)


def describer(
    live: Live, layer_arns: Mapping[str, str]
) -> Callable[[str, Version], ReleasedFunction]:
    """Return what turns a published version into a part of a release."""
    names = {unversioned(arn): name for name, arn in layer_arns.items()}
    key_of = cache(live.layer_key)

    def described(function: str, version: Version) -> ReleasedFunction:
        carried = {
            names.get(unversioned(arn), unversioned(arn).rsplit(":", 1)[-1]): CarriedLayer(
                version=arn.rsplit(":", 1)[-1], key=key_of(arn) or ""
            )
            for arn in version.layers
        }
        return ReleasedFunction(
            function=function,
            version=version.number,
            code_sha256=version.code_sha256,
            key=version.key,
            settings=version.settings,
            layers=carried,
        )

    return described


def unversioned(layer_version_arn: str) -> str:
    """Cut the version off a layer's ARN."""
    return layer_version_arn.rsplit(":", 1)[0]


def side_by_side(act: Callable[[_Item], _Made], items: Iterable[_Item]) -> list[_Made]:
    """Do the same with each item, several at a time; the order stays, the first error is raised."""
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        return list(pool.map(act, items))

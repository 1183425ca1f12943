"""Which pipelines a set of changed files calls for; the program decides what really changes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Route(StrEnum):
    """The three pipelines that separate repositories would have."""

    FUNCTIONS = "functions"
    DEPENDENCY_LAYERS = "dependency_layers"
    SHARED_LAYERS = "shared_layers"


_PREFIXES: tuple[tuple[str, Route], ...] = (
    ("functions/", Route.FUNCTIONS),
    ("strategies/", Route.FUNCTIONS),
    ("config/", Route.FUNCTIONS),
    ("layers/", Route.DEPENDENCY_LAYERS),
    ("pyproject.toml", Route.DEPENDENCY_LAYERS),
    ("uv.lock", Route.DEPENDENCY_LAYERS),
    ("the_alchemiser/", Route.SHARED_LAYERS),
)

_PRIVATE = ("/git.json", "/build-constraints.txt")
"""Locks of layers from private repositories."""

# What builds or deploys everything may change everything.
_EVERYTHING = (
    "__main__.py",
    "Pulumi",
    "blueprint/",
    "catalogue/",
    "cli/",
    "command_line/",
    "components/",
    "packager/",
    "policies/",
    "local/",
    "operations/",
    "Makefile",
    ".github/",
    ".ci/",
)


def routes_for(paths: Iterable[str]) -> frozenset[Route]:
    """Return the pipelines that a change to root-relative `paths` calls for; none for prose."""
    routes: set[Route] = set()
    for path in paths:
        if path.startswith(_EVERYTHING):
            return frozenset(Route)
        if path.startswith("layers/") and path.endswith(_PRIVATE):
            routes.add(Route.SHARED_LAYERS)
            continue
        routes.update(route for prefix, route in _PREFIXES if path.startswith(prefix))
    return frozenset(routes)

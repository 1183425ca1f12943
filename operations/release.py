"""A release: the versions of all functions that went live together, and what they are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class CarriedLayer(_Part):
    """One layer version that a function's version runs on."""

    version: str
    key: str
    """Digest of everything that decided the layer's bytes."""


class ReleasedFunction(_Part):
    """One function's version in a release."""

    function: str
    """Deployed name."""
    version: str
    code_sha256: str
    """Base64, as Lambda reports it."""
    key: str = ""
    """Digest of everything that decided the zip's bytes."""
    settings: str = ""
    """Digest of memory, timeout, environment, runtime and handler, which a version carries."""
    layers: dict[str, CarriedLayer] = Field(default_factory=dict)


class ReleasedLayer(_Part):
    """One layer as it was deployed with a release."""

    version: str
    key: str
    sha256: str


class Release(_Part):
    """One record; never changed once it is written."""

    number: int
    made_at: datetime
    commit: str | None
    dirty: bool
    """Whether files differed from the commit."""
    functions: dict[str, ReleasedFunction]
    layers: dict[str, ReleasedLayer]
    settings: dict[str, str]
    """Digest of each of the stack's settings, by its key; secrets and addresses are left out."""
    wiring: str
    """Digest of the catalogue as fitted to the stack: queues, tables, triggers, alarms."""
    replaces: int | None
    restores: int | None = None
    """Earlier release whose versions these are, where a rollback or its undoing made this one."""
    held: bool = False
    """Whether updates leave the aliases where they are, as after a rollback."""
    probes: dict[str, list[dict[str, str]]] = Field(default_factory=dict)
    """What each function is asked to touch without effect when it is proven."""

    @property
    def versions(self) -> dict[str, str]:
        """Version by function."""
        return {name: it.version for name, it in self.functions.items()}

    @property
    def origin(self) -> int:
        """Number of the release in which these versions first went live together."""
        return self.number if self.restores is None else self.restores


def same_versions(
    one: Mapping[str, ReleasedFunction], other: Mapping[str, ReleasedFunction]
) -> bool:
    """Tell whether both are the same code, layers and function settings."""
    return {n: _identity(it) for n, it in one.items()} == {
        n: _identity(it) for n, it in other.items()
    }


def changes(before: Release | None, after: Release) -> Iterator[str]:
    """Say in words what a release changed, function by function, layer by layer."""
    old = before.functions if before else {}
    for name in sorted(old.keys() | after.functions.keys()):
        if (text := _function_change(old.get(name), after.functions.get(name))) is not None:
            yield f"{name} {text}"
    old_layers = before.layers if before else {}
    for name in sorted(old_layers.keys() | after.layers.keys()):
        was, now = old_layers.get(name), after.layers.get(name)
        if was != now:
            yield f"layer {name} {_move(_version(was), _version(now))}"
    old_settings = before.settings if before else after.settings
    if changed := changed_keys(old_settings, after.settings):
        yield f"settings {', '.join(changed)}"
    if before is not None and before.wiring != after.wiring:
        yield "wiring"


def changed_keys(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[str, ...]:
    """Name the settings whose digests differ."""
    return tuple(
        key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)
    )


def _identity(it: ReleasedFunction) -> tuple[str, str]:
    # A number says nothing once a function was made anew, and a digest nothing of its layers.
    return it.version, it.code_sha256


def _function_change(was: ReleasedFunction | None, now: ReleasedFunction | None) -> str | None:
    if was is None or now is None:
        return _move(_version(was), _version(now))
    if _identity(was) == _identity(now):
        return None
    kinds = [
        *(["code"] if was.code_sha256 != now.code_sha256 else []),
        *(
            name
            for name in sorted(was.layers.keys() | now.layers.keys())
            if was.layers.get(name) != now.layers.get(name)
        ),
        *(["settings"] if was.settings != now.settings else []),
    ]
    return f"{was.version} -> {now.version} ({', '.join(kinds) or 'published anew'})"


def _version(it: ReleasedFunction | ReleasedLayer | None) -> str | None:
    return None if it is None else it.version


def _move(was: str | None, now: str | None) -> str:
    if was is None:
        return f"{now} (new)"
    return f"{was} (removed)" if now is None else f"{was} -> {now}"

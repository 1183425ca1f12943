"""Holds everything that would be promoted to the statements of who built it, and from what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

from operations.checkout import Checkout
from operations.running import Running
from packager.store.manifest import BuiltArtifact
from packager.supply.attestation import Claim, Trust, require_attested

BUILDERS = "alchemiser:builders"
"""Stack setting: who may have built what is promoted there."""


class Kept(Protocol):
    """Artifacts of a stack and what is said of them, as ArtifactBucket keeps both."""

    @property
    def name(self) -> str:
        """Deployed name of the bucket."""

    def find_layer(self, name: str, key: str, path: Path) -> BuiltArtifact | None:
        """Return what is kept of a layer."""

    def find_statement(self, name: str, key: str) -> bytes | None:
        """Return what is said of it."""

    def find_function_statement(self, name: str, sha256: str) -> bytes | None:
        """Return what is said of a function's zip."""


def require_origins(
    ran: Running, layers: Mapping[str, str], checkout: Checkout, kept: Kept, trust: Trust
) -> None:
    """Raise GateError that names all of which the origin is unknown, or is not to be trusted."""
    claims = [*_functions(checkout, kept), *_layers(layers, checkout, kept)]
    remedy = (
        f"Nothing was touched. From a clean checkout of what {ran.stack} runs, build each again: "
        f"it must come to the same bytes, and says so there. `python -m packager layer NAME "
        f"--bucket {kept.name}`, or `function NAME`. To trust it as it is: AGREE=dirty for files "
        "that differed, AGREE=other-commit for a commit that is not known here."
    )
    require_attested(claims, trust, remedy)


def _functions(checkout: Checkout, kept: Kept) -> Iterator[Claim]:
    for name, built in sorted(checkout.functions().items()):
        statement = kept.find_function_statement(name, built.sha256)
        yield Claim(what=f"function {name}", artifact=built, statement=statement)


def _layers(layers: Mapping[str, str], checkout: Checkout, kept: Kept) -> Iterator[Claim]:
    for name, key in sorted(layers.items()):
        folder = checkout.layer_folder(name)
        yield Claim(
            what=f"layer {name}",
            artifact=kept.find_layer(folder, key, Path()),
            statement=kept.find_statement(folder, key),
        )

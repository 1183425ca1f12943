"""A stack's outputs, read once and checked, as every operation sees them."""

from __future__ import annotations

import json

from pydantic import BaseModel, ConfigDict, ValidationError

from operations.errors import OperationError
from packager.store.promotion import Shipment, hexadecimal


class FunctionOutput(BaseModel):
    """One deployed function."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    name: str
    """Deployed name."""
    arn: str
    alias_arn: str
    version: str
    zipped_bytes: int
    unzipped_bytes: int
    total_unzipped_bytes: int
    code_sha256: str
    """Base64, as Lambda reports it."""
    layers: tuple[str, ...]

    @property
    def alias(self) -> str:
        """Name of the alias that triggers call."""
        return self.alias_arn.rsplit(":", 1)[-1]


class LayerOutput(BaseModel):
    """One published layer."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    arn: str
    version: str
    key: str
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


class StackOutputs(BaseModel):
    """The part of a stack's outputs that operations read."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    functions: dict[str, FunctionOutput]
    layers: dict[str, LayerOutput]
    buckets: dict[str, str]

    @property
    def shipment(self) -> Shipment:
        """Identity of everything that the stack runs."""
        return Shipment(
            functions={n: hexadecimal(it.code_sha256) for n, it in self.functions.items()},
            layers={n: it.key for n, it in self.layers.items()},
        )

    @classmethod
    def parse(cls, text: str, stack: str) -> StackOutputs:
        """Read `pulumi stack output --json`; raise OperationError when nothing is deployed."""
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            message = f"stack {stack}: expected its outputs as JSON, found {text[:80]!r} ({error})"
            raise OperationError(message) from error
        if not found:
            message = (
                f"stack {stack} has no outputs: it was never deployed. "
                f"Run `pulumi up --stack {stack}` first."
            )
            raise OperationError(message)
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            message = (
                f"stack {stack}: its outputs are not those of this program ({error.error_count()} "
                f"differences, first at {'.'.join(map(str, error.errors()[0]['loc']))}). "
                f"Deploy it with this version: `pulumi up --stack {stack}`."
            )
            raise OperationError(message) from error

"""What a stack tells operators, tests and other stacks: written by components, read by everyone.

The one part of the vocabulary that is not plain data: outputs come back from outside, as JSON.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError


class OutputsError(Exception):
    """A stack's outputs are not those of this program, or there are none."""


class NoOutputsError(OutputsError):
    """A stack has no outputs: it was never deployed."""


def _number_as_text(found: object) -> object:
    return f"{found:.0f}" if isinstance(found, int | float) else found


Version = Annotated[str, BeforeValidator(_number_as_text)]
"""A version's number, which comes back as text, as a number or as a floating point one."""


class _Output(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @classmethod
    def written(cls, **values: object) -> dict[str, object]:
        """Give values that Pulumi may still have to resolve under exactly this type's names."""
        if values.keys() != cls.model_fields.keys():
            differing = sorted(values.keys() ^ cls.model_fields.keys())
            raise TypeError(f"{cls.__name__}: expected exactly its fields, found other {differing}")
        return values


class FunctionOutput(_Output):
    """One deployed function."""

    name: str
    """Deployed name."""
    arn: str
    alias_arn: str
    version: Version
    zipped_bytes: int
    unzipped_bytes: int
    total_unzipped_bytes: int
    """With its layers."""
    code_sha256: str
    """Base64, as Lambda reports it; of what the alias serves, as `version` is."""
    layers: tuple[str, ...]
    """Names of the layers that are attached."""
    layer_keys: dict[str, str] = {}
    """Key of each layer that the served version runs on."""
    newest_version: Version = ""
    """What was published last; another than `version` while a rollback holds the alias."""
    newest_code_sha256: str = ""

    @property
    def alias(self) -> str:
        """Name of the alias that triggers call."""
        return self.alias_arn.rsplit(":", 1)[-1]


class LayerOutput(_Output):
    """One published layer."""

    arn: str
    version: Version
    key: str
    sha256: str
    zipped_bytes: int
    unzipped_bytes: int


class TotalsOutput(_Output):
    """All zips together."""

    functions: int
    layers: int
    zipped_bytes: int
    unzipped_bytes: int


class BusOutput(_Output):
    """The deployed event bus."""

    name: str
    arn: str


class QueueOutput(_Output):
    """One deployed queue."""

    name: str
    arn: str
    url: str


class ScheduleOutput(_Output):
    """One deployed schedule."""

    name: str
    function: str
    """Name of the function that it starts, as the catalogue has it."""
    expression: str
    timezone: str


class StackOutputs(_Output):
    """Everything, by the catalogue's names."""

    functions: dict[str, FunctionOutput]
    layers: dict[str, LayerOutput]
    totals: TotalsOutput
    bus: BusOutput | None = None
    queues: dict[str, QueueOutput]
    tables: dict[str, str]
    """Deployed names."""
    buckets: dict[str, str]
    """Deployed names."""
    topics: dict[str, str]
    """ARNs."""
    schedules: dict[str, ScheduleOutput]
    release: int | None = None
    """Number of the release that is live; None where an earlier program deployed."""

    @classmethod
    def read(cls, found: Mapping[str, Any], stack: str) -> StackOutputs:
        """Check outputs that Pulumi handed over; raise OutputsError for a stack without any."""
        if not found:
            raise NoOutputsError(
                f"stack {stack} has no outputs: it was never deployed. "
                f"Run `pulumi up --stack {stack}` first."
            )
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            raise OutputsError(
                f"stack {stack}: its outputs are not those of this program ({error.error_count()} "
                f"differences, first at {'.'.join(map(str, error.errors()[0]['loc']))}). "
                f"Deploy it with this version: `pulumi up --stack {stack}`."
            ) from error

    @classmethod
    def parse(cls, text: str, stack: str) -> StackOutputs:
        """Read what `pulumi stack output --json` prints; raise OutputsError as `read` does."""
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise OutputsError(
                f"stack {stack}: expected its outputs as JSON, found {text[:80]!r} ({error})"
            ) from error
        return cls.read(found, stack)


def hexadecimal(code_sha256: str) -> str:
    """Give Lambda's base64 digest as hex; raise ValueError for anything else."""
    try:
        return base64.b64decode(code_sha256, validate=True).hex()
    except binascii.Error as error:
        raise ValueError(
            f"expected a base64 SHA-256 as Lambda reports it, found {code_sha256!r}"
        ) from error

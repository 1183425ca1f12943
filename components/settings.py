"""What differs from stack to stack, checked as a whole before anything is touched."""

from __future__ import annotations

from enum import Enum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from blueprint.limits import MEMORY_RANGE_MB, TIMEOUT_RANGE_S, UNZIPPED_LIMIT_BYTES
from components.regions import known_region

_AcceptedDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip


def _number(text: object) -> object:
    return int(text) if isinstance(text, str) and text.isdecimal() else text


LogRetention = Annotated[_AcceptedDays, BeforeValidator(_number)]
"""Days that CloudWatch Logs accepts:
https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


MemoryMb = Annotated[int, Field(ge=MEMORY_RANGE_MB[0], le=MEMORY_RANGE_MB[-1])]
UnzippedBytes = Annotated[int, Field(ge=1, le=UNZIPPED_LIMIT_BYTES)]


SigningProfile = Annotated[
    str,
    Field(pattern=r"^arn:[a-z-]+:signer:[a-z0-9-]+:\d{12}:/signing-profiles/\w{2,64}/\w{10}$"),
]
"""One version of a profile:
https://docs.aws.amazon.com/signer/latest/developerguide/signing-profiles.html"""


class Schedules(Enum):
    """How schedules run in a stack."""

    OFF = "off"
    """Made, but disabled: whoever works with the stack starts functions by hand."""
    WINDOW = "window"
    """Within each schedule's flexible window."""
    EXACT = "exact"


class FunctionSettings(BaseModel):
    """What a stack changes in one function's catalogue entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory_mb: MemoryMb | None = None
    timeout_s: Annotated[int, Field(ge=TIMEOUT_RANGE_S[0], le=TIMEOUT_RANGE_S[-1])] | None = None
    reserved_concurrency: Annotated[int, Field(ge=1, le=1000)] | None = None


class Held(BaseModel):
    """Versions at which aliases stay, whatever is published; written by a rollback."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release: Annotated[int, Field(ge=1)]
    """Release that was restored."""
    functions: dict[str, Annotated[int, Field(ge=1)]]
    """Version by function."""


class CodeSigning(BaseModel):
    """Who must have signed what functions of a stack run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    publishers: Annotated[tuple[SigningProfile, ...], Field(min_length=1, max_length=20)]
    """Versions of signing profiles of AWS Signer."""
    enforced: bool = False
    """Whether Lambda refuses what none of them has signed, instead of only counting it."""


class StackSettings(BaseModel):
    """One stack's settings; each field but the last five is a key of Pulumi.<stack>.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_id: Annotated[str, Field(pattern=r"^\d{12}$")]
    region: Annotated[str, AfterValidator(known_region)]
    python: Annotated[str, Field(pattern=r"^(3\.\d{1,2}|at-hand)$")] | None = None
    """Another runtime than the system's; `at-hand` is the interpreter that runs the program, as
    the emulator has no other."""
    architecture: Literal["declared", "at-hand"] = "declared"
    """`at-hand` runs every function on this machine's instruction set, as the emulator must."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    log_retention_days: LogRetention
    layer_retention_days: Annotated[int, Field(ge=0, le=3653)]
    """Days that replaced layer versions are kept; 0 deletes them when they are replaced."""
    schedules: Schedules
    protect: bool
    """Tables, buckets and keys refuse deletion."""
    unzipped_budget_bytes: Annotated[int, Field(ge=1, le=UNZIPPED_LIMIT_BYTES)] = (
        UNZIPPED_LIMIT_BYTES
    )
    """Bytes that a function with its layers may have unzipped."""
    smallest_layers: bool = False
    """Compresses anew what wheels bring: slower to build, and some per cent smaller."""
    permissions_boundary: Annotated[str, Field(pattern=r"^[\w+=,.@-]{1,128}$")] | None = None
    """Managed policy that fences every role of the stack; `make bootstrap-account` makes it."""
    promoted_by: (
        Annotated[str, Field(pattern=r"^arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@-]+$")] | None
    ) = None
    """Role that may read this stack's layers, to bring them to the stack that it promotes to."""
    code_signing: CodeSigning | None = None
    """Who must have signed the zips of functions and layers; none where nobody need."""
    builders: tuple[str, ...] = ()
    """Who may have built what is promoted to this stack, by id with `*` for any part; none for
    whoever did. Ids: packager.supply.provenance."""
    memory_cap_mb: Annotated[int, Field(ge=MEMORY_RANGE_MB[0], le=MEMORY_RANGE_MB[-1])] | None = (
        None
    )
    """Most memory of a function, whatever its entry says."""
    reserves_concurrency: bool = True
    """Whether functions reserve what their entries say. An account needs 100 unreserved
    executions beside them, which a new one may not have:
    https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html"""
    concurrency_cap: Annotated[int, Field(ge=2, le=1000)] | None = None
    """Most calls of a function at once, whatever its entry says."""
    functions: dict[str, FunctionSettings] = Field(default_factory=dict)
    held: Held | None = None
    """Where a rollback left the aliases, until `forward` lets go."""
    paused: bool = False
    """Whether nothing starts by itself: schedules off, queues held; written by `make pause`."""
    application: dict[str, str] = Field(default_factory=dict)
    """Values that functions get, by the names that the catalogue gives them."""
    subscribers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Mail addresses by topic."""
    secret_values: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Fields by secret; encrypted, except in a stack for the emulator."""

    stage: str
    """Name of the stack."""
    emulated: bool
    """Whether the stack is for the emulator alone."""
    promoted_from: str | None
    """Stack whose layer keys and function digests are all that this one may run."""
    endpoint: str | None
    """Emulator's URL, from the environment."""
    rehearsal: bool
    """Whether a stack meant for AWS is being tried on the emulator."""

    @property
    def keeps_layers(self) -> bool:
        """Whether a replaced layer version stays."""
        return self.layer_retention_days > 0

    @property
    def secret_recovery_days(self) -> int:
        """Days in which a deleted secret can be brought back."""
        return 30 if self.protect else 0

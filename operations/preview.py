"""The document of `pulumi preview --json`, as far as operations read it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from operations.errors import OperationError


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Step(_Part):
    """One thing that the engine would do."""

    op: str
    urn: str
    detailed_diff: dict[str, Any] | None = Field(default=None, alias="detailedDiff")

    @property
    def kind(self) -> str:
        """Resource type; a URN is `urn:pulumi:<stack>::<project>::<parents$…$type>::<name>`."""
        return self.urn.split("::")[2].rsplit("$", 1)[-1]

    @property
    def name(self) -> str:
        """Logical name of the resource."""
        return self.urn.split("::")[-1]


class Diagnostic(_Part):
    """One message of the engine or the program."""

    message: str
    severity: str


class Preview(_Part):
    """One preview, whole or failed half-way."""

    steps: tuple[Step, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Preview:
        """Read the document; raise OperationError for anything else."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            message = (
                "expected the JSON document of `pulumi preview --json`, found "
                f"{text[:80]!r} ({error.error_count()} problems)"
            )
            raise OperationError(message) from error

    @classmethod
    def failed(cls, messages: Iterable[str]) -> Preview:
        """Stand for a preview of which there are only these messages."""
        return cls(diagnostics=tuple(Diagnostic(message=it, severity="error") for it in messages))

    @property
    def errors(self) -> tuple[str, ...]:
        """Messages of the diagnostics that made the preview fail."""
        return tuple(it.message.strip() for it in self.diagnostics if it.severity == "error")

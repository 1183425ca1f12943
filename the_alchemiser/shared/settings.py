"""What a function learns from its environment, checked as a whole before it works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from the_alchemiser.shared.errors import ConfigurationError

Name = Annotated[str, Field(min_length=1)]
"""The physical name or address of something; never empty."""


class FunctionSettings(BaseModel):
    """What every function is told; each adds its own fields, with the variable as alias."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        hide_input_in_errors=True,
        defer_build=True,
    )

    stage: Name = Field(alias="APP__STAGE")
    event_bus_name: Name = Field(alias="EVENT_BUS_NAME", default="default")
    log_level: Name = Field(alias="LOG_LEVEL", default="INFO")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Self:
        """Read the variables the class names; report all that are missing or wrong at once."""
        names = {field.alias or name for name, field in cls.model_fields.items()}
        found = {name: environ[name] for name in names if environ.get(name)}
        try:
            return cls.model_validate(found)
        except ValidationError as error:
            problems = sorted(
                _problem(problem["loc"], problem["msg"]) for problem in error.errors()
            )
            raise ConfigurationError("environment: " + "; ".join(problems)) from None


def _problem(location: tuple[int | str, ...], message: str) -> str:
    return f"{'.'.join(str(part) for part in location) or 'settings'}: {message}"

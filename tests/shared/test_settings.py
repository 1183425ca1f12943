"""A function's environment is checked as a whole."""

from __future__ import annotations

from typing import Annotated

import pytest
from pydantic import Field, ValidationError

from the_alchemiser.shared.errors import ConfigurationError
from the_alchemiser.shared.settings import FunctionSettings, Name


class Settings(FunctionSettings):
    table: Name = Field(alias="TABLE_NAME")
    minutes: Annotated[int, Field(ge=1)] = Field(alias="MINUTES", default=15)


def test_reads_what_it_names_and_nothing_else() -> None:
    settings = Settings.from_environment(
        {"APP__STAGE": "dev", "TABLE_NAME": " t ", "MINUTES": "3", "HOME": "/root"}
    )
    assert (settings.stage, settings.table, settings.minutes) == ("dev", "t", 3)
    assert settings.event_bus_name == "default"
    assert settings.log_level == "INFO"


def test_reports_everything_that_is_missing_or_wrong_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment({"TABLE_NAME": "", "MINUTES": "soon"})
    message = str(caught.value)
    for name in ("APP__STAGE", "TABLE_NAME", "MINUTES"):
        assert name in message


def test_never_repeats_a_wrong_value() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment({"APP__STAGE": "dev", "TABLE_NAME": "t", "MINUTES": "hunter2"})
    assert "hunter2" not in str(caught.value)


def test_cannot_be_changed() -> None:
    settings = Settings.from_environment({"APP__STAGE": "dev", "TABLE_NAME": "t"})
    with pytest.raises(ValidationError):
        settings.table = "other"

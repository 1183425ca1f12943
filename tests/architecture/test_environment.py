from __future__ import annotations

import importlib

import pytest

from blueprint import FunctionSpec
from catalogue.system import SYSTEM
from the_alchemiser.shared.settings import FunctionSettings

FROM_LAMBDA = {"AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT"}
"""Variables that Lambda itself sets."""


def settings_class(spec: FunctionSpec) -> type[FunctionSettings]:
    module = importlib.import_module(f"the_alchemiser.{spec.name}.settings")
    (found,) = (
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and issubclass(value, FunctionSettings)
        and value.__module__ == module.__name__
    )
    return found


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_a_function_gets_every_variable_that_it_cannot_do_without(spec: FunctionSpec) -> None:
    required = {
        field.alias for field in settings_class(spec).model_fields.values() if field.is_required()
    }

    assert required - FROM_LAMBDA <= set(spec.environment) | set(SYSTEM.environment)


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_a_function_gets_no_variable_that_it_does_not_read(spec: FunctionSpec) -> None:
    read = {field.alias for field in settings_class(spec).model_fields.values()}

    assert set(spec.environment) <= read

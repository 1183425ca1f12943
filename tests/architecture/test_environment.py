from __future__ import annotations

import pytest

from blueprint import FunctionSpec
from catalogue.system import SYSTEM
from tests.catalogue.wholeness import FROM_LAMBDA, settings_class


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_a_function_gets_every_variable_that_it_cannot_do_without(spec: FunctionSpec) -> None:
    required = {
        field.alias
        for field in settings_class(spec.name).model_fields.values()
        if field.is_required()
    }

    assert required - FROM_LAMBDA <= set(spec.environment) | set(SYSTEM.environment)


@pytest.mark.parametrize("spec", SYSTEM.functions, ids=lambda spec: spec.name)
def test_a_function_gets_no_variable_that_it_does_not_read(spec: FunctionSpec) -> None:
    read = {field.alias for field in settings_class(spec.name).model_fields.values()}

    assert set(spec.environment) <= read

from __future__ import annotations

from collections.abc import Callable

import pytest

from blueprint.outputs import StackOutputs
from tests.deployed_outputs import outputs_document
from tests.operations.fakes import lambda_digest


@pytest.fixture
def outputs() -> Callable[..., StackOutputs]:
    def make(functions: dict[str, str], layers: dict[str, str]) -> StackOutputs:
        digests = {name: lambda_digest(code) for name, code in functions.items()}
        return StackOutputs.read(outputs_document(digests, layers), "dev")

    return make

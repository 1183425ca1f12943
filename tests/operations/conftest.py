from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from operations.outputs import StackOutputs
from tests.operations.fakes import lambda_digest

_FUNCTION_ARN = "arn:aws:lambda:us-east-1:111111111111:function:alchemiser-dev-"
_LAYER_ARN = "arn:aws:lambda:us-east-1:111111111111:layer:alchemiser-dev-"


@pytest.fixture
def outputs() -> Callable[..., StackOutputs]:
    def make(functions: dict[str, str], layers: dict[str, str]) -> StackOutputs:
        document = {
            "functions": {
                name: {
                    "name": f"alchemiser-dev-{name}",
                    "arn": f"{_FUNCTION_ARN}{name}",
                    "alias_arn": f"{_FUNCTION_ARN}{name}:live",
                    "version": "2",
                    "zipped_bytes": 10,
                    "unzipped_bytes": 20,
                    "total_unzipped_bytes": 120,
                    "code_sha256": lambda_digest(code),
                    "layers": list(layers),
                }
                for name, code in functions.items()
            },
            "layers": {
                name: {
                    "arn": f"{_LAYER_ARN}{name}:1",
                    "version": 1,
                    "key": key,
                    "sha256": key.encode().ljust(32, b".").hex(),
                    "zipped_bytes": 50,
                    "unzipped_bytes": 100,
                }
                for name, key in layers.items()
            },
            "buckets": {"artifacts": "alchemiser-dev-artifacts"},
        }
        return StackOutputs.parse(json.dumps(document), "dev")

    return make

from __future__ import annotations

import base64
import json
from collections.abc import Callable

import pytest

from operations.outputs import StackOutputs

_FUNCTION_ARN = "arn:aws:lambda:us-east-1:111111111111:function:alchemiser-dev-"


def lambda_digest(text: str) -> str:
    return base64.b64encode(text.encode().ljust(32, b".")).decode()


@pytest.fixture
def outputs() -> Callable[..., StackOutputs]:
    def make(functions: dict[str, str], layers: dict[str, str]) -> StackOutputs:
        document = {
            "functions": {
                name: {
                    "arn": f"{_FUNCTION_ARN}{name}",
                    "alias_arn": f"{_FUNCTION_ARN}{name}:live",
                    "version": "1",
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
                    "arn": f"arn:aws:lambda:us-east-1:111111111111:layer:alchemiser-dev-{name}:1",
                    "version": "1",
                    "key": key,
                    "sha256": "0" * 64,
                    "zipped_bytes": 50,
                    "unzipped_bytes": 100,
                }
                for name, key in layers.items()
            },
        }
        return StackOutputs.parse(json.dumps(document), "dev")

    return make

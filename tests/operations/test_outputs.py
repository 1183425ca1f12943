from __future__ import annotations

import pytest

from operations.errors import OperationError
from operations.outputs import StackOutputs, hexadecimal


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"functions": 3}'])
def test_a_stack_that_this_program_did_not_deploy_is_named(text: str) -> None:
    with pytest.raises(OperationError, match="stack dev"):
        StackOutputs.parse(text, "dev")


def test_a_digest_as_lambda_spells_it_becomes_hex() -> None:
    assert hexadecimal("AAEC") == "000102"


def test_what_is_no_digest_is_refused() -> None:
    with pytest.raises(OperationError, match="base64"):
        hexadecimal("not base64!")

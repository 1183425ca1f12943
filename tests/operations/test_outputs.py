from __future__ import annotations

import pytest

from operations.errors import OperationError
from operations.outputs import parse_outputs


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"functions": 3}'])
def test_a_stack_that_this_program_did_not_deploy_is_named(text: str) -> None:
    with pytest.raises(OperationError, match="stack dev"):
        parse_outputs(text, "dev")

from __future__ import annotations

import pytest

from blueprint.outputs import LayerOutput, OutputsError, StackOutputs, hexadecimal
from tests.deployed_outputs import outputs_document
from tests.recorded_program import recorded


def test_what_the_program_exports_is_what_its_readers_read() -> None:
    exported = dict(recorded("dev").outputs)

    read = StackOutputs.read(exported, "dev")

    assert exported.keys() == StackOutputs.model_fields.keys()
    assert read.functions["portfolio_v2"].total_unzipped_bytes == 300 + 4000 + 4000
    assert read.schedules["trade-run"].function == "coordinator_v2"


@pytest.mark.parametrize("version", [7, 7.0, "7"])
def test_a_version_is_text_however_the_engine_spells_it(version: object) -> None:
    document = outputs_document({}, {"strategy": "key"})
    document["layers"]["strategy"]["version"] = version

    assert StackOutputs.read(document, "dev").layers["strategy"].version == "7"


@pytest.mark.parametrize("text", ["", "{}", "not json", '{"functions": 3}'])
def test_outputs_of_no_such_program_name_the_stack(text: str) -> None:
    with pytest.raises(OutputsError, match="stack dev"):
        StackOutputs.parse(text, "dev")


def test_a_renamed_output_cannot_be_written() -> None:
    with pytest.raises(TypeError, match=r"LayerOutput: .* \['bytes', 'zipped_bytes'\]"):
        LayerOutput.written(arn="", version=1, key="", sha256="", bytes=1, unzipped_bytes=2)


def test_a_digest_as_lambda_spells_it_becomes_hex() -> None:
    assert hexadecimal("AAEC") == "000102"


def test_what_is_no_digest_is_refused() -> None:
    with pytest.raises(ValueError, match="base64"):
        hexadecimal("not base64!")

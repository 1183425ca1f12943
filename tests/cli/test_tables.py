"""What a person reads at the end of `make local`."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from blueprint.outputs import StackOutputs
from cli.tables import print_tables, size
from tests.deployed_outputs import outputs_document


def deployed() -> dict[str, Any]:
    document = outputs_document({"strategy_v2": "AAEC"}, {"strategy": "0123456789abcdef"})
    document["functions"]["strategy_v2"] |= {
        "version": "3",
        "zipped_bytes": 10_100,
        "unzipped_bytes": 25_000,
        "total_unzipped_bytes": 131_072_000,
    }
    document["layers"]["strategy"] |= {
        "version": "2",
        "zipped_bytes": 17_000_000,
        "unzipped_bytes": 54_500_000,
    }
    return document


def test_each_function_and_layer_is_a_whole_row() -> None:
    written = io.StringIO()
    outputs = StackOutputs.read(deployed(), "local")
    of_function, of_layer = outputs.functions["strategy_v2"], outputs.layers["strategy"]

    print_tables(outputs, Console(file=written, width=200))

    lines = written.getvalue().splitlines()
    function = next(line for line in lines if "strategy_v2" in line)
    layer = next(line for line in lines if ":layer:" in line)
    for part in (
        "3",
        "10.1 kB",
        "25.0 kB",
        "131.1 MB",
        "50.0%",
        of_function.arn,
    ):
        assert part in function
    for part in ("2", "0123456789ab ", "17.0 MB", "54.5 MB", of_layer.arn):
        assert part in layer


def test_sizes_are_written_in_the_unit_that_fits() -> None:
    assert [size(count) for count in (116, 1_500, 262_144_000)] == ["116 B", "1.5 kB", "262.1 MB"]

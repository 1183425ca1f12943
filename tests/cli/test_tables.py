"""What a person reads at the end of `make local`."""

from __future__ import annotations

import io

from rich.console import Console

from cli.tables import print_tables, size

FUNCTION = {
    "version": "3",
    "zipped_bytes": 10_100,
    "unzipped_bytes": 25_000,
    "total_unzipped_bytes": 131_072_000,
    "arn": "arn:aws:lambda:us-east-1:000000000000:function:alchemiser-local-strategy-worker",
}
LAYER = {
    "version": "2",
    "key": "0123456789abcdef",
    "zipped_bytes": 17_000_000,
    "unzipped_bytes": 54_500_000,
    "arn": "arn:aws:lambda:us-east-1:000000000000:layer:alchemiser-local-strategy:2",
}


def test_each_function_and_layer_is_a_whole_row() -> None:
    written = io.StringIO()
    outputs = {"functions": {"strategy_v2": FUNCTION}, "layers": {"strategy": LAYER}}

    print_tables(outputs, Console(file=written, width=200))

    lines = written.getvalue().splitlines()
    function = next(line for line in lines if "strategy_v2" in line)
    layer = next(line for line in lines if ":layer:" in line)
    for part in ("3", "10.1 kB", "25.0 kB", "131.1 MB", "50.0%", FUNCTION["arn"]):
        assert str(part) in function
    for part in ("2", "0123456789ab ", "17.0 MB", "54.5 MB", LAYER["arn"]):
        assert str(part) in layer


def test_sizes_are_written_in_the_unit_that_fits() -> None:
    assert [size(count) for count in (116, 1_500, 262_144_000)] == ["116 B", "1.5 kB", "262.1 MB"]

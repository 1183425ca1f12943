"""The two tables at the end of `make local`: what runs, and what it carries."""

from __future__ import annotations

from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table

from blueprint.limits import UNZIPPED_LIMIT_BYTES
from blueprint.outputs import FunctionOutput, LayerOutput, StackOutputs
from local.console import result_console


def print_tables(outputs: StackOutputs, console: Console | None = None) -> None:
    """Print functions and layers on stdout."""
    console = console or result_console()
    console.print(functions_table(outputs.functions))
    console.print(layers_table(outputs.layers))


def functions_table(functions: Mapping[str, FunctionOutput]) -> Table:
    """Draw the functions with their part of what Lambda lets them be."""
    table = _table(
        "functions", numbers=("version", "zipped", "unzipped", "with layers", "of limit")
    )
    for name, facts in functions.items():
        total = facts.total_unzipped_bytes
        table.add_row(
            name,
            facts.version,
            size(facts.zipped_bytes),
            size(facts.unzipped_bytes),
            size(total),
            f"{total / UNZIPPED_LIMIT_BYTES:.1%}",
        )
    return table


def layers_table(layers: Mapping[str, LayerOutput]) -> Table:
    """Draw the layers with the key that names what they were built from."""
    table = _table("layers", numbers=("version", "key", "zipped", "unzipped"))
    for name, facts in layers.items():
        table.add_row(
            name,
            facts.version,
            facts.key[:12],
            size(facts.zipped_bytes),
            size(facts.unzipped_bytes),
        )
    return table


def size(count: float) -> str:
    """Write a number of bytes the way people compare them (decimal units)."""
    if count < 1000:
        return f"{count:.0f} B"
    if count < 1_000_000:
        return f"{count / 1000:.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


def _table(title: str, numbers: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("name", no_wrap=True)
    for heading in numbers:
        table.add_column(heading, justify="right", no_wrap=True)
    return table

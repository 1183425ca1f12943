"""The one table of names: what the catalogue calls a function, and what AWS does."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.outputs import StackOutputs
from operations.errors import OperationError


def logical_name(outputs: StackOutputs, given: str) -> str:
    """Find the function that either name means; raise OperationError that lists them."""
    for name, it in outputs.functions.items():
        if given in (name, it.name, short_name(outputs, it.name)):
            return name
    raise OperationError(
        f"expected one of {', '.join(outputs.functions)}, or a deployed name, found "
        f"FUNCTION={given}"
    )


def short_name(outputs: StackOutputs, deployed: str) -> str:
    """Cut off what all deployed names of a stack begin with."""
    return deployed.removeprefix(prefix_of(outputs))


def prefix_of(outputs: StackOutputs) -> str:
    """Give what every deployed name of a stack begins with; nothing where there is no bus."""
    if outputs.bus is None:
        return ""
    return outputs.bus.name[: outputs.bus.name.rindex("-") + 1]


def name_rows(outputs: StackOutputs) -> Iterator[str]:
    """Write the table, one function a line."""
    row = "{:<22} {}".format
    yield row("function", "deployed as")
    for name, it in outputs.functions.items():
        yield row(name, it.name)


def log_group(deployed: str) -> str:
    """Name the log group of a deployed function."""
    return f"/aws/lambda/{deployed}"

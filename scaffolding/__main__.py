"""`python -m scaffolding NAME LAYER`: a new function with its entry, its test and its event."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from packager.errors import PackagingError
from scaffolding.new_function import NEXT, Refused, make_function


def main(arguments: list[str] | None = None) -> int:
    """Make the function, or say in one line why not."""
    parser = argparse.ArgumentParser(prog="make new-function", description=__doc__)
    parser.add_argument("name", help="folder, module and name in outputs, such as risk_report")
    parser.add_argument("layer", help="dependency layer that it runs on, such as notifications")
    options = parser.parse_args(arguments)
    try:
        made = make_function(Path.cwd(), options.name, options.layer)
    except (Refused, PackagingError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    sys.stdout.write("\n".join(["made:", *(f"  {path}" for path in made), NEXT]) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

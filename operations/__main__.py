"""The command line of operations: `python -m operations COMMAND`."""

from __future__ import annotations

import sys

from local.problems import LocalProblem
from operations.commands import COMMANDS, parse
from operations.errors import OperationError
from packager.errors import PackagingError


def main() -> int:
    """Run one operation; what stands in its way is one message."""
    options = parse(sys.argv[1:])
    try:
        return COMMANDS[options.command](options)
    except (OperationError, PackagingError, LocalProblem) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())

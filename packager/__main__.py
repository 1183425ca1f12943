"""The packager as a program: `python -m packager COMMAND`."""

from __future__ import annotations

import sys

from packager.answers import recall


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what it was asked, 1 when it says on stderr why not."""
    given = sys.argv[1:] if arguments is None else arguments
    said = recall(given)
    if said is not None:
        sys.stderr.write(said)
        return 0
    # All that a command loads takes longer than to see that its last answer still holds.
    from packager.command_line import run

    return run(given)


if __name__ == "__main__":
    sys.exit(main())

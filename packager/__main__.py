"""The packager's command line: `python -m packager COMMAND`.

Each command's module is imported when it is chosen, so that none pays for another's imports.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path

from packager.errors import PackagingError
from packager.target import Target

_COMMANDS = {
    "layer": "build one layer, upload it where a bucket is given, print one JSON line",
    "function": "build one function, print one JSON line",
    "all": "build every layer and every function, and check what fits together",
    "check": "run every gate on the built zips, imports and smoke tests included",
    "verify": "build everything twice under different conditions and compare the bytes",
    "explain": "say why a key is another than at the last build here",
    "lock": "export each layer's requirements.txt from uv.lock, or check them",
}


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it did what it was asked, 1 when it says on stderr why not."""
    options = _parser().parse_args(arguments)
    try:
        target = Target(options.python, options.architecture)
        command = import_module(f"packager.commands.{options.command}")
        return int(command.run(Path.cwd(), target, options))
    except PackagingError as error:
        from packager.secrets import mask

        sys.stderr.write(mask(f"error: {error}") + "\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m packager", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    parsers = {name: commands.add_parser(name, help=text) for name, text in _COMMANDS.items()}
    for command in parsers.values():
        command.add_argument("--python", default=Target().python)
        command.add_argument("--architecture", default=Target().architecture)
    parsers["layer"].add_argument("name")
    parsers["layer"].add_argument("--key", help="the key that is expected of its inputs")
    parsers["layer"].add_argument("--bucket", help="where the zip is uploaded, once")
    parsers["function"].add_argument("name")
    parsers["explain"].add_argument("name", nargs="?")
    parsers["lock"].add_argument("--check", action="store_true", help="change nothing")
    return parser


if __name__ == "__main__":
    sys.exit(main())

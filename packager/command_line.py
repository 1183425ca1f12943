"""Reads the packager's command line and runs what it names.

Each command's module is imported when it is chosen, so that none pays for another's imports.
"""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from blueprint import Architecture
from packager.errors import PackagingError
from packager.system import chosen_system, load_system

_PURPOSE = "Make zips of the catalogue's layers and functions from sources and locks."

_SMALLEST = "compress anew what wheels bring: slower, and some per cent smaller"

_COMMANDS = {
    "layer": "build one layer, upload it where a bucket is given, print one JSON line",
    "function": "build one function, upload it where a bucket is given, print one JSON line",
    "image": "build a function's image context, and its image where a repository is given",
    "all": "build every layer and every function, and check what fits together",
    "check": "run every gate on the built zips, imports and smoke tests included",
    "verify": "build everything twice under different conditions and compare the bytes",
    "contents": "list what is in a layer or a function, and what to drop to fit a budget",
    "report": "say what a change does to what ships, against another commit",
    "explain": "say why a key is another than at the last build here",
    "audit": "hold every lock of the project to what is known to be bad",
    "bill": "write CycloneDX bills of materials of what ships",
    "dependencies": "name packages that ship for nobody, are borrowed, or ship twice",
    "licences": "list what ships under which licence, and hold it to the project's policy",
    "relock": "take newer releases, of one package or of all, prove them and say what moved",
    "lock": "export each layer's requirements.txt from uv.lock, or check them",
}

_ARGUMENTS: dict[str, dict[str, Any]] = {
    "layer": {
        "name": {},
        "--key": {"help": "the key that is expected of its inputs"},
        "--sha256": {"help": "the digest that the stage before ran, where it is promoted"},
        "--bucket": {"help": "where the zip is uploaded, once"},
    },
    "function": {
        "name": {},
        "--key": {"help": "the key that is expected of its inputs"},
        "--bucket": {"help": "where the zip is uploaded, once"},
    },
    "image": {
        "name": {},
        "--key": {"help": "the key that is expected of its context"},
        "--repository": {"help": "where the image is pushed, once"},
    },
    "contents": {
        "name": {},
        "--budget": {"type": int, "metavar": "BYTES", "help": "unzipped, a function's with layers"},
    },
    "report": {
        "--base": {"required": True, "metavar": "REV", "help": "the commit to compare with"},
        "--json": {"action": "store_true", "help": "JSON instead of Markdown"},
    },
    "explain": {"name": {"nargs": "?", "help": "a layer or a function; without it, all"}},
    "audit": {"--service": {"help": "address of an advisory service that speaks OSV's API"}},
    "bill": {"name": {"nargs": "?", "help": "a layer or a function; without it, all"}},
    "relock": {"name": {"nargs": "?", "metavar": "PACKAGE", "help": "without it, all"}},
    "lock": {"--check": {"action": "store_true", "help": "change nothing"}},
}


def run(arguments: list[str]) -> int:
    """Run one command; 0 when it did what it was asked, 1 when it says on stderr why not."""
    options = _options(arguments)
    options.given = arguments
    try:
        root = Path.cwd()
        system = chosen_system(load_system(root), options)
        command = import_module(f"packager.commands.{options.command}")
        return int(command.run(root, system, options))
    except PackagingError as error:
        from packager.secrets import mask

        sys.stderr.write(mask(f"error: {error}") + "\n")
        return 1
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        sys.stderr.write(f"error: {what}. Nothing half-built was kept; mend it and run it again.\n")
        return 1


def _options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; only the chosen command's parser is made, the rest cost as much."""
    chosen = [name for name in _COMMANDS if arguments[:1] == [name]]
    parser = argparse.ArgumentParser(prog="python -m packager", description=_PURPOSE)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in chosen or _COMMANDS:
        command = commands.add_parser(name, help=_COMMANDS[name])
        command.add_argument("--python", help="another Python than the system's, such as 3.13")
        command.add_argument(
            "--architecture", choices=list(Architecture), help="the one that all functions run on"
        )
        command.add_argument("--smallest", action="store_true", help=_SMALLEST)
        for flag, settings in _ARGUMENTS.get(name, {}).items():
            command.add_argument(flag, **settings)
    return parser.parse_args(arguments)

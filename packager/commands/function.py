"""`python -m packager function NAME`: build one function."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from packager.functions import build_function
from packager.manifest import summary
from packager.output import output_folder
from packager.system import find_function, load_system
from packager.target import Target


def run(root: Path, target: Target, options: Namespace) -> int:
    """Build the function and print what it measures."""
    spec = find_function(load_system(root), options.name)
    artifact = build_function(root, spec, target, output_folder(root))
    sys.stdout.write(json.dumps(summary(artifact)) + "\n")
    return 0

"""Stands in for local/run: tells its arguments and what stood on make's command line."""

from __future__ import annotations

import os
import sys

sys.stdout.write(" ".join(sys.argv[1:]) + "\n")
for name in os.environ["ALCHEMISER_GIVEN"].split():
    if name != "run":
        sys.stdout.write(f"{name}={os.environ[name]}\n")

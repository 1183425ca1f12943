"""Where the simulated market of a checkout listens: its port is chosen once and kept."""

from __future__ import annotations

import os
from pathlib import Path

from local.daemons import free_port
from local.workfolder import WorkFolder

HOST = "127.0.0.1"

URL_VARIABLE = "ALCHEMISER_MARKET_URL"
"""Where the local stack's settings read the market's address."""


def market_folder(work: WorkFolder) -> Path:
    """Give the folder of the market's port, process file and log."""
    folder = work.home / "market"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def market_port(work: WorkFolder) -> int:
    """Give the port of the last time, so that the stack's settings stay; else a free one."""
    remembered = market_folder(work) / "port"
    if remembered.exists():
        return int(remembered.read_text())
    port = free_port()
    # Under another name until it is whole: a run killed here must not leave an empty number.
    partial = remembered.with_name(f"port.{os.getpid()}")
    partial.write_text(str(port))
    partial.rename(remembered)
    return port


def market_url(work: WorkFolder) -> str:
    """Give the market that the environment names, else this checkout's own."""
    return os.environ.get(URL_VARIABLE) or f"http://{HOST}:{market_port(work)}"

"""The folder behind a file backend's URL."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

SCHEME = "file://"


def backend_folder(url: str) -> Path:
    """Give the folder that a file backend's URL names."""
    # What looks like a host is the beginning of a relative path, or the user's home.
    parts = urlsplit(url)
    return Path(unquote(parts.netloc + parts.path)).expanduser().absolute()

"""The uv that this project locks, which fetches wheels, resolves locks and finds interpreters."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

from packager.errors import InstallError

_ABOUT_INDEXES = re.compile(
    r"UV_(DEFAULT_INDEX|INDEX.*|EXTRA_INDEX_URL|NO_INDEX|FIND_LINKS|CACHE_DIR|OFFLINE|CONFIG_FILE"
    r"|NO_CONFIG|KEYRING_PROVIDER|NATIVE_TLS|SYSTEM_CERTS|INSECURE_HOST|HTTP_.*|CONCURRENT_.*)"
    r"|PIP_(CERT|CLIENT_CERT|PROXY|TRUSTED_HOST|DEFAULT_TIMEOUT|RETRIES|CACHE_DIR|NO_CACHE_DIR"
    r"|KEYRING_PROVIDER|CONFIG_FILE)"
)


def uv_executable() -> str:
    """Find uv: beside this Python first, so that the locked release is the one that runs."""
    beside = Path(sys.executable).with_name("uv")
    if beside.is_file() and os.access(beside, os.X_OK):
        return str(beside)
    found = shutil.which("uv")
    if found is None:
        raise InstallError("expected uv beside Python or on PATH, found neither. Run `uv sync`.")
    return found


def index_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Keep of uv's and pip's variables what says where packages come from, and how to get there.

    The others say how to install, which is not left to the machine that happens to build.
    """
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("UV_", "PIP_")) or _ABOUT_INDEXES.fullmatch(name)
    }


def index_options(root: Path) -> list[str]:
    """Name the project's indexes that uv asks only for the packages which are tied to them.

    A lock says no more where a package comes from; its hashes say whether it is the right one.
    """
    file = root / "pyproject.toml"
    if not file.is_file():
        return []
    indexes = tomllib.loads(file.read_text(encoding="utf-8")).get("tool", {}).get("uv", {})
    tied = [it for it in indexes.get("index", ()) if it.get("explicit")]
    options = ["--index-strategy", "unsafe-best-match"] if tied else []
    for it in tied:
        options += ["--index", f"{it['name']}={it['url']}" if "name" in it else it["url"]]
    return options

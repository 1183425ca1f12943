"""Puts the checksums of provider plugins on record, from their archives as they are today."""

from __future__ import annotations

import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from cli.engine.plugin_sums import PluginLock, Sums, plugin_lock
from cli.engine.release_lock import sum_of
from cli.engine.versions import plugin_versions
from local.progress import say
from packager.store.manifest import digest_of

PLATFORMS = ("darwin-amd64", "darwin-arm64", "linux-amd64", "linux-arm64")


def record_plugins(root: Path) -> None:
    """Fetch each archive of the installed SDKs' plugins and write down what it is."""
    lock = PluginLock.read(root)
    found = {
        name: {platform: _sums(lock, name, version, platform) for platform in PLATFORMS}
        for name, version in plugin_versions().items()
    }
    plugin_lock(root).write_text(_text(lock.address, found), encoding="utf-8")
    say(f"cli/engine/plugins.toml holds {', '.join(found)}: commit it")


def _sums(lock: PluginLock, name: str, version: str, platform: str) -> Sums:
    url = lock.url(name, version, platform)
    with tempfile.TemporaryDirectory() as folder:
        archive, program = Path(folder) / "archive", f"pulumi-resource-{name}"
        with archive.open("wb") as stream:
            sum_of_archive = sum_of(url, stream, addressed_in="cli/engine/plugins.toml")
        with tarfile.open(archive) as opened:
            opened.extract(program, folder, filter="data")
        return Sums(archive=sum_of_archive, program=digest_of(Path(folder) / program))


def _text(address: str, plugins: Mapping[str, Mapping[str, Sums]]) -> str:
    lines = [
        "# Pulumi's provider plugins by version and checksum, as `make lock-plugins` found them.",
        f'address = "{address}"',
    ]
    versions = plugin_versions()
    for name, platforms in plugins.items():
        lines += ["", f"[{name}]", f'version = "{versions[name]}"']
        lines += [
            f'{platform} = {{ archive = "{it.archive}", program = "{it.program}" }}'
            for platform, it in platforms.items()
        ]
    return "\n".join(lines) + "\n"

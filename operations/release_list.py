"""The list of a stack's releases: what each changed, and which one is live."""

from __future__ import annotations

from collections.abc import Iterator

from operations.release import Release, changes
from operations.running import Running

_ROW = "{:>7} {:4} {:<19}  {:<21} {}".format


def release_rows(running: Running) -> Iterator[str]:
    """Write one line for each release, oldest first, under a line of titles."""
    yield _ROW("release", "", "recorded (UTC)", "commit", "changed")
    by_number = {release.number: release for release in running.releases}
    live = running.live
    for release in running.releases:
        before = by_number.get(release.replaces) if release.replaces else None
        mark = "live" if live is not None and release.number == live.number else ""
        made = f"{release.made_at:%Y-%m-%d %H:%M:%S}"
        yield _ROW(release.number, mark, made, commit_text(release), _told(release, before))


def commit_text(release: Release) -> str:
    """Write the commit that a release was deployed from, short."""
    if release.commit is None:
        return "unknown"
    return f"{release.commit[:12]}{' + changes' if release.dirty else ''}"


def mixture(running: Running) -> str:
    """Say how what is live differs from every release."""
    last = running.last.versions
    served = ", ".join(
        f"{name} {it.version}"
        for name, it in sorted(running.serving.items())
        if last.get(name) != it.version
    )
    return (
        f"what {running.stack} serves is none of these: beside release {running.last.number} it "
        f"has {served or 'functions missing'}. An update was cut off or an alias was moved by "
        f"hand: deploy again, or make rollback STACK={running.stack}"
    )


def _told(release: Release, before: Release | None) -> str:
    origin = "" if release.restores is None else f"restores {release.restores}: "
    if before is None:
        return f"{origin}first recorded: {len(release.functions)} functions"
    return f"{origin}{', '.join(changes(before, release)) or 'nothing but the hold'}"

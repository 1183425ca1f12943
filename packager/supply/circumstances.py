"""Says what else an artifact was made of: all that is neither a file of ours nor a pin."""

from __future__ import annotations

from collections.abc import Iterator

from packager.store.manifest import BuiltArtifact

_TOLD_ELSEWHERE = frozenset({"files", "requirements", "lock", "locks"})


def circumstances(before: BuiltArtifact | None, after: BuiltArtifact) -> Iterator[str]:
    """Name each that differs, with both values."""
    if before is None:
        return
    was, now = before.inputs, after.inputs
    for name in sorted({*was, *now} - _TOLD_ELSEWHERE):
        if was.get(name) != now.get(name):
            yield f"{name} {was.get(name, 'none')} -> {now.get(name, 'none')}"
    locks = [[inputs.get("lock"), inputs.get("locks")] for inputs in (was, now)]
    if locks[0] != locks[1] and was.get("requirements") == now.get("requirements"):
        yield f"hashes or markers in the lock of {after.name}"

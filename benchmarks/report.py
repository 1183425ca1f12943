"""Keeps each benchmark's own section of docs/benchmarks.md."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
_TITLE = "# Benchmarks\n\nEach section is written by its own program in benchmarks/.\n"


def report_section(name: str, measure: Callable[[Path], str]) -> int:
    """Measure in a folder that goes afterwards; write the section, print it, and end well."""
    with tempfile.TemporaryDirectory() as folder:
        text = measure(Path(folder))
    write_section(name, text)
    print(text)
    return 0


def write_section(name: str, text: str, page: Path = PAGE) -> None:
    """Replace one section between its markers, or add it; the others stay as they are."""
    start, end = f"<!-- {name}: start -->", f"<!-- {name}: end -->"
    section = f"{start}\n{text.strip()}\n{end}\n"
    existing = page.read_text(encoding="utf-8") if page.exists() else _TITLE
    before, found, rest = existing.partition(start)
    after = rest.partition(end)[2].lstrip("\n")
    fresh = f"{before.rstrip()}\n\n{section}" + (f"\n{after}" if found and after else "")
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(fresh, encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def verdict(met: bool) -> str:
    """Say whether a target was met, so that one that was not stands out."""
    return "yes" if met else "**no**"


def machine() -> str:
    """Say what was measured on."""
    return (
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load average {os.getloadavg()[0]:.1f} at the end"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()

"""Names the tests that failed, from the report that pytest writes beside its output."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from local.problems import LocalProblem

MOST = 20


def failed_tests(report: Path) -> list[str]:
    """Give each failed test with the last line of why, as one would ask pytest for it."""
    try:
        root = ElementTree.parse(report).getroot()
    except (OSError, ElementTree.ParseError):
        return []
    return [
        f"{_node(case)}  {_why(case)}"
        for case in root.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]


def told(name: str, status: int, report: Path) -> list[str]:
    """Say what failed in one run of pytest; where no test did, that this is so."""
    failed = failed_tests(report)
    if not failed:
        return [f"{name}: ended with status {status} and reported no failed test: see above"]
    rest = [f"… and {len(failed) - MOST} more"] if len(failed) > MOST else []
    return [*failed[:MOST], *rest]


def folders_of(root: Path, function: str) -> list[str]:
    """Name what holds one function; LocalProblem where there is no such function."""
    known = sorted(path.name for path in (root / "tests/functions").iterdir() if _has_tests(path))
    if function not in known:
        raise LocalProblem(
            f"NAME={function!r} is no function that has tests.", f"There are: {', '.join(known)}."
        )
    return [f"tests/functions/{function}"]


def _has_tests(folder: Path) -> bool:
    return folder.is_dir() and any(folder.rglob("test_*.py"))


def _node(case: ElementTree.Element) -> str:
    return f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '')}"


def _why(case: ElementTree.Element) -> str:
    for kind in ("failure", "error"):
        if (found := case.find(kind)) is not None:
            return (found.get("message") or "").strip().splitlines()[0][:100]
    return ""

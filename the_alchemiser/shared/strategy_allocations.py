"""Which strategy files trade in a stage, and what part of the money is allocated to each.

Standard library only: the packager's checks and the light functions read it too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path, PurePosixPath

from the_alchemiser.shared.errors import ConfigurationError

FILES_VARIABLE = "STRATEGY__DSL_FILES"
ALLOCATIONS_VARIABLE = "STRATEGY__DSL_ALLOCATIONS"
STRATEGIES_FOLDER = "strategies"
ALLOCATION_FILES = ("config/strategy.dev.json", "config/strategy.prod.json")
"""Every packaged file of allocations; bars are kept for the strategies that any of them names."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyEntry:
    """One strategy file and its allocation, from above 0 to 1."""

    file: str
    """Path below strategies/, such as `calm-mix.clj` or `momentum/pair.clj`; no two of a stage may
    have the same last part, by which signals, orders and the ledger name a strategy."""
    allocation: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class StrategyAllocations:
    """The strategies of one stage, in the order in which they are numbered."""

    origin: str
    """The file or the variables that they were read from, for messages."""
    entries: tuple[StrategyEntry, ...]

    @property
    def total(self) -> Decimal:
        """Sum of the allocations; 1 in every packaged file."""
        return sum((entry.allocation for entry in self.entries), Decimal(0))


def allocations_path(stage: str) -> str:
    """Name the packaged file of a stage: prod has its own, every other stage uses dev's."""
    return ALLOCATION_FILES[1] if stage == "prod" else ALLOCATION_FILES[0]


def load_allocations(root: Path, stage: str, environ: Mapping[str, str]) -> StrategyAllocations:
    """Read the stage's allocations; the two environment variables override the packaged file."""
    files = environ.get(FILES_VARIABLE, "").strip()
    allocations = environ.get(ALLOCATIONS_VARIABLE, "").strip()
    if not files and not allocations:
        return read_allocations(root, allocations_path(stage))
    origin = " and ".join(
        name
        for name, text in ((FILES_VARIABLE, files), (ALLOCATIONS_VARIABLE, allocations))
        if text
    )
    listed = _listed_allocations(allocations) if allocations else {}
    names = _listed_files(files) if files else list(listed)
    if not allocations:
        listed = {name: Decimal(1) / len(names) for name in names}
    return _allocations(origin, names, listed)


def read_allocations(root: Path, path: str) -> StrategyAllocations:
    """Read one packaged file: {"files": [...], "allocations": {file: allocation}}."""
    try:
        content = json.loads((root / path).read_text(encoding="utf-8"), parse_float=Decimal)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: expected strategy allocations below {root}") from None
    except ValueError as error:
        raise ConfigurationError(f"{path}: expected JSON, found {error}") from None
    if not isinstance(content, dict) or set(content) != {"files", "allocations"}:
        raise ConfigurationError(f"{path}: expected an object with `files` and `allocations`")
    files, allocations = content["files"], content["allocations"]
    if not isinstance(files, list) or not isinstance(allocations, dict):
        raise ConfigurationError(f"{path}: expected `files` as a list, `allocations` as an object")
    return _allocations(path, files, allocations)


def load_strategy(root: Path, file: str) -> str:
    """Read one strategy's text; the file may not lie outside strategies/."""
    if not _is_strategy_path(file):
        raise ConfigurationError(
            f"{str(file)[:200]!r}: expected a .clj path below {STRATEGIES_FOLDER}/"
        )
    try:
        return (root / STRATEGIES_FOLDER / file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ConfigurationError(
            f"{STRATEGIES_FOLDER}/{file}: the strategy is not packaged",
            details={"dsl_file": file},
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{STRATEGIES_FOLDER}/{file}: expected UTF-8, found byte {error.start} to be none",
            details={"dsl_file": file},
        ) from None


def check_allocations(root: Path) -> list[str]:
    """List what would fail on a trading day: missing files, allocations that do not sum to one."""
    problems = []
    for path in ALLOCATION_FILES:
        try:
            found = read_allocations(root, path)
        except ConfigurationError as error:
            problems.append(error.message)
            continue
        if found.total != 1:
            problems.append(f"{path}: expected `allocations` to sum to 1, found {found.total}")
        problems += [
            f"{path}: `files[{index}]` names {STRATEGIES_FOLDER}/{entry.file}, which is missing"
            for index, entry in enumerate(found.entries)
            if not (root / STRATEGIES_FOLDER / entry.file).is_file()
        ]
    return problems


def _allocations(
    origin: str, names: list[object] | list[str], allocations: Mapping[str, object]
) -> StrategyAllocations:
    if not names:
        raise ConfigurationError(f"{origin}: expected at least one strategy file, found none")
    for name in names:
        if not _is_strategy_path(name):
            raise ConfigurationError(
                f"{origin}: expected a .clj path below {STRATEGIES_FOLDER}/, found {name!r}"
            )
    files = [str(name) for name in names]
    stems = [PurePosixPath(file).stem for file in files]
    repeated = sorted({stem for stem in stems if stems.count(stem) > 1})
    unmatched = sorted(set(files) ^ set(allocations))
    if repeated or unmatched:
        found = f"{repeated} more than once" if repeated else f"{unmatched} on one side only"
        raise ConfigurationError(
            f"{origin}: expected the same files, each once, in `files` and `allocations`, "
            f"found {found}"
        )
    return StrategyAllocations(
        origin=origin,
        entries=tuple(
            StrategyEntry(file=file, allocation=_allocation(origin, file, allocations[file]))
            for file in files
        ),
    )


def _allocation(origin: str, file: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise ConfigurationError(f"{origin}: expected a number for {file}, found {value!r}")
    try:
        allocation = Decimal(value)
    except InvalidOperation:
        raise ConfigurationError(
            f"{origin}: expected a number for {file}, found {value!r}"
        ) from None
    if not (allocation.is_finite() and 0 < allocation <= 1):
        raise ConfigurationError(
            f"{origin}: expected an allocation above 0 and up to 1 for {file}, found {value}"
        )
    return allocation


def _is_strategy_path(value: object) -> bool:
    if not isinstance(value, str) or not value.endswith(".clj") or "\\" in value or "\0" in value:
        return False
    path = PurePosixPath(value)
    return not path.is_absolute() and ".." not in path.parts and str(path) == value


def _listed_files(text: str) -> list[str]:
    if not text.startswith("["):
        return [part.strip() for part in text.split(",") if part.strip()]
    listed = _json(FILES_VARIABLE, text)
    if not isinstance(listed, list):
        raise ConfigurationError(f"{FILES_VARIABLE}: expected a JSON list of files")
    return listed


def _listed_allocations(text: str) -> dict[str, object]:
    if text.startswith("{"):
        parsed = _json(ALLOCATIONS_VARIABLE, text)
        return dict(parsed) if isinstance(parsed, dict) else {}
    listed: dict[str, object] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        file, equals, allocation = part.partition("=")
        if not equals or file.strip() in listed:
            raise ConfigurationError(
                f"{ALLOCATIONS_VARIABLE}: expected `file=allocation` once for each file, "
                f"found {part!r}"
            )
        listed[file.strip()] = allocation.strip()
    return listed


def _json(variable: str, text: str) -> object:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise ConfigurationError(f"{variable}: expected JSON, found {error}") from None

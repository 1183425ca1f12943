"""Where this checkout keeps what it makes: tools, engine, emulator, stacks and build output."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.problems import LocalProblem

OWN = ".alchemiser"
MARKER = "made-by-alchemiser.json"
"""Names what a folder held before this program used it, which is never removed."""

COSTLY = frozenset({"engine", "tools", "wheel-store"})
"""What takes minutes to make again."""

MADE = COSTLY | {
    *(
        "bench",
        "build",
        "days",
        "examples",
        "logs",
        "market",
        "ministack",
        "pulumi",
        "rights",
        "stacks",
        "state",
    )
}
"""Everything that this program makes in its work folder, beside locks."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkFolder:
    """The ignored folder of one checkout; no other checkout writes to it."""

    root: Path
    """The checkout."""
    home: Path
    """`$ALCHEMISER_HOME`, or `.alchemiser` in the checkout."""

    @classmethod
    def of(cls, root: Path, environment: Mapping[str, str] = os.environ) -> WorkFolder:
        """Take the folder that the environment names, else the checkout's own."""
        named = environment.get("ALCHEMISER_HOME")
        unset = cls(root=root, home=root / OWN)
        return cls(root=root, home=Path(named).expanduser().absolute()) if named else unset

    def begin(self) -> None:
        """Make the folder, and note what was there before."""
        marker = self.home / MARKER
        if marker.exists():
            return
        if self.home.exists() and not self.home.is_dir():
            raise LocalProblem(
                f"Expected a folder to work in, found the file {self.home}.",
                "Let ALCHEMISER_HOME name a folder, or unset it.",
            )
        self.home.mkdir(parents=True, exist_ok=True)
        found = [] if self.home == self.own else sorted(entry.name for entry in self.home.iterdir())
        marker.write_text(json.dumps({"found": found}))

    @property
    def own(self) -> Path:
        """The folder in the checkout, which nobody else writes to."""
        return self.root / OWN

    @property
    def tools(self) -> Path:
        """Tools that the machine lacked: uv, Go, a Python."""
        return self.home / "tools"

    @property
    def engine(self) -> Path:
        """Engines built here, one folder for each set of versions."""
        return self.home / "engine"

    @property
    def ministack(self) -> Path:
        """MiniStack's environment, port, process file and log."""
        return self.home / "ministack"

    @property
    def pulumi_home(self) -> Path:
        """The CLI's own folder, apart from the one in the user's home."""
        return self.home / "pulumi"

    @property
    def state(self) -> Path:
        """The file backend that holds the stacks."""
        return self.home / "state"

    @property
    def logs(self) -> Path:
        """One log for each step."""
        return self.home / "logs"

    @property
    def venv_python(self) -> Path:
        """The interpreter that runs everything once the environment is there."""
        return self.root / ".venv" / "bin" / "python"

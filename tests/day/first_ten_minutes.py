"""What a newcomer sees in the first ten minutes, as it is when it is run.

`python -m tests.day.first_ten_minutes` runs it in a copy of this checkout and writes
docs/first-ten-minutes.md; test_first_ten_minutes.py holds that page to what is seen today.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from local.market.address import URL_VARIABLE, market_url
from local.market.service import stop_market
from local.workfolder import WorkFolder
from tests.engine.checkout import Checkout, copy_checkout
from tests.working_tree import ROOT

PAGE = ROOT / "docs/first-ten-minutes.md"
HANDLER = "functions/metrics_v2/the_alchemiser/metrics_v2/lambda_handler.py"

HEAD = """# The first ten minutes

Run as it stands here, in a copy of this checkout, by `python -m tests.day.first_ten_minutes`; what
changes in it fails a test until that is run again. The Pulumi engine was there already: the first
time of all, it is fetched or built before this begins. Lines that only say how long something has
been going on are left out.
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One thing that a newcomer does, and why."""

    why: str
    typed: str
    arguments: tuple[str, ...] = ()
    """For the front door; nothing where a file is edited."""


MOMENTS = (
    Moment(
        why="From nothing: an AWS on this machine, ten functions on it, and a day traded.",
        typed="make local",
        arguments=("local", "--and-trade"),
    ),
    Moment(
        why="Again: nothing changed, and it says so.",
        typed="make local",
        arguments=("local",),
    ),
    Moment(why="Change a line.", typed=f"echo '# one more line' >> {HANDLER}"),
    Moment(
        why="See what that would change, by name.",
        typed="make preview",
        arguments=("preview",),
    ),
    Moment(why="Deploy it.", typed="make local", arguments=("local",)),
    Moment(
        why="Trade a day of your own choice.",
        typed="make day DATE=2022-04-20",
        arguments=("day", "--date", "2022-04-20"),
    ),
    Moment(
        why="Ask a strategy what it wants, and why.",
        typed="make strategies FILE=calm-mix.clj DATE=2022-04-20",
        arguments=("strategies", "--file", "calm-mix.clj", "--date", "2022-04-20"),
    ),
    Moment(why="End it.", typed="make down", arguments=("down",)),
)

FIRST_DAY = Moment(
    why="What the first `make local` trades once all is there.",
    typed="make day DATE=2022-03-15",
    arguments=("day", "--date", "2022-03-15"),
)

ELAPSED = re.compile(r"^(-> .*|   \d+ s.*|   .*: \d+ s)$")
NUMBER = re.compile(r"-?\$?\d[\d,.:]*%?|\b[0-9a-f]{12,}\b")


def shape(text: str) -> list[str]:
    """Give what is said without its figures, whatever its order."""
    lines = (re.sub(r"[\s─]+", " ", NUMBER.sub("9", line)).strip() for line in text.splitlines())
    return sorted({line for line in lines if line})


def do(checkout: Checkout, moment: Moment) -> str:
    """Do it, and give what it says, stdout and stderr as they come."""
    if not moment.arguments:
        checkout.edit(HANDLER, lambda text: f"{text}# one more line\n")
        return ""
    seen = subprocess.run(
        checkout.command(*moment.arguments),
        cwd=checkout.root,
        env={**checkout.complete_environment(), "COLUMNS": "80", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert seen.returncode == 0, seen.stdout
    return told(seen.stdout, {str(checkout.home): ".alchemiser", str(checkout.root): "."})


def told(text: str, places: Mapping[str, str]) -> str:
    """Leave out what only says that time passes, and where the copy happened to be."""
    for place, name in places.items():
        text = text.replace(place, name)
    lines = [line.rstrip() for line in text.splitlines() if not ELAPSED.match(line)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def written(page: str) -> dict[str, list[str]]:
    """Read the page: what is typed, and what was said each time."""
    found: dict[str, list[str]] = {}
    for block in re.findall(r"```\n\$ (.*?)\n```", page, re.DOTALL):
        typed, _, said = block.partition("\n")
        found.setdefault(typed, []).append(said)
    return found


def page_of(moments: Sequence[Moment], said: Iterator[str]) -> str:
    """Write the page."""
    parts = [HEAD]
    started = time.monotonic()
    for moment, text in zip(moments, said, strict=True):
        shown = f"\n{text}" if text else ""
        passed_s = time.monotonic() - started
        parts.append(f"{moment.why}\n\n```\n$ {moment.typed}{shown}\n```\n\n*{passed_s:.0f} s.*\n")
    return "\n".join(parts)


def main() -> None:
    """Run it all in a copy of this checkout, and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        copied = copy_checkout(Path(folder) / "checkout", Path(folder) / "home")
        work = WorkFolder(root=copied.root, home=copied.home)
        checkout = replace(copied, environment={URL_VARIABLE: market_url(work)})
        try:
            page = page_of(MOMENTS, (do(checkout, moment) for moment in MOMENTS))
        finally:
            stop_market(work)
            checkout.run("clean")
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

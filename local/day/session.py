"""Days in a row on one stack: which may follow, what is emptied first, what is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from blueprint.outputs import StackOutputs
from local.day.calendar import FIRST_SHOWN, next_day
from local.day.fresh_start import let_run_out, start_afresh, wait_for_rest
from local.day.journal import UNFINISHED, Journal, days_folder, read_journal, write_journal
from local.day.result import DayResult
from local.day.schedule import workers
from local.day.stack import LocalStack
from local.day.trading import TradingDay
from local.locks import held
from local.market.service import Market, ensure_market
from local.ministack.client_environment import emulator_environment
from local.ministack.server import is_healthy, running_server
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder
from the_alchemiser.shared.errors import AlchemiserError


@dataclass(frozen=True, kw_only=True, slots=True)
class TradingSession:
    """The stack, the market and the record of what was traded on them."""

    work: WorkFolder
    stack: LocalStack
    market: Market
    life: str
    """Differs whenever emulator or market were started anew, because both forget everything."""

    @classmethod
    def of(
        cls, work: WorkFolder, endpoint: str, stack: str, outputs: StackOutputs
    ) -> TradingSession:
        """Start the market if need be, and tie it to the stack."""
        deployed = LocalStack(
            endpoint=endpoint,
            environment=emulator_environment(work, stack, endpoint),
            outputs=outputs,
        )
        deployed.require_deployed()
        market = ensure_market(work)
        server = running_server(work)
        emulator = server.life if server else endpoint
        life = f"{emulator}/{market.life}"
        return cls(work=work, stack=deployed, market=market, life=life)

    @property
    def journal(self) -> Journal:
        """What was traded in this life."""
        return read_journal(self.work, self.life)

    def folder(self, day: date) -> Path:
        """Give the folder of a day."""
        return days_folder(self.work) / day.isoformat()

    def trade(self, asked: date | None = None, *, warm: bool = True) -> DayResult:
        """Trade one day, after an empty start where it does not follow on the last one.

        Unless a day is asked for, it is the next one: chosen when nobody else trades any more.
        `warm` starts workers while the bars are fetched; those of a day before still run.
        """
        with held(self.work, "trading day"):
            before = self.journal
            day = asked or day_to_trade(before)
            why = before.why_afresh(day)
            if why:
                say(f"-> starting with empty books and $100,000: {why}")
                write_journal(self.work, Journal(life=self.life))
            write_journal(self.work, self.journal.with_day(day, UNFINISHED))
            try:
                if before.is_cut_off:
                    let_run_out(self.stack)
                elif before.has_failed:
                    wait_for_rest(self.stack)
                if why:
                    start_afresh(self.stack, self.market)
                return self._traded(day, warm=warm)
            except KeyboardInterrupt:
                raise LocalProblem(
                    f"{day}: interrupted; nobody follows the run any more.",
                    "The next one lets this one come to rest first, and starts with empty books.",
                ) from None
            except (BotoCoreError, ClientError, AlchemiserError, OSError) as error:
                raise self._interrupted(day, error) from error

    def _traded(self, day: date, *, warm: bool) -> DayResult:
        say(f"-> trading {day:%A, %-d %B %Y} on the simulated market")
        folder = self.folder(day)
        _clear(folder)
        trading = TradingDay(stack=self.stack, market=self.market, day=day, folder=folder)
        trouble = trading.prepare(warm=workers(self.work.root) if warm else {})
        result = trading.blocked(trouble) if trouble else trading.trade()
        result.write(folder)
        write_journal(self.work, self.journal.with_day(day, result.ending.value))
        return result

    def _interrupted(self, day: date, error: Exception) -> LocalProblem:
        if is_healthy(self.stack.endpoint):
            return LocalProblem(
                f"The run of {day} could not be followed to its end: {error}",
                f"Run `make day DATE={day}` again: it starts with empty books.",
            )
        return LocalProblem(
            f"MiniStack stopped answering in the middle of the run of {day}: {error}\n"
            "The stack and everything stored in it are lost: bars, sessions, plans, runs, ledger "
            "and reports. The simulated market still has its books, which now belong to no ledger. "
            "The day was NOT traded to its end.",
            "Run `make local`: it starts MiniStack, makes the whole stack again and starts with "
            "empty books.",
        )


def day_to_trade(journal: Journal) -> date:
    """Give the day after the last, the last again if it was cut off, the first after the end."""
    if journal.last is None:
        return FIRST_SHOWN
    if journal.is_cut_off:
        return journal.last.day
    return next_day(journal.last.day) or FIRST_SHOWN


def _clear(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for file in folder.iterdir():
        if file.is_file():
            file.unlink()

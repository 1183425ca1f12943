"""Verbs that look into a stack, and the switch that stops it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from cli.screen import show
from cli.stacks import reach
from cli.verbs.options import ON_STACK, REHEARSE, a_span
from operations.ages import age
from operations.engine import say
from operations.errors import OperationError
from operations.logs import follow_lines, read_lines, seconds_in
from operations.names import log_group, logical_name, name_rows
from operations.pausing import Switch, paused_text
from operations.questions import agreed
from operations.queues import dead_letters as letters_of
from operations.queues import queue_depths, redrivable
from operations.queues import redrive as send_back
from operations.stack_access import StackAccess
from operations.status import RUNS, Services, last_run, status_lines
from the_alchemiser.shared.kill_switch import KillSwitch
from the_alchemiser.shared.table import Table

STATUS_COLUMN = 11
LETTER_COLUMN = 28
"""Where the second column of each begins."""


@click.command
@ON_STACK
@REHEARSE
def status(stack: str, rehearse: bool) -> int:
    """Show what is live, the last run, alarms, queues and what starts next."""
    access = reach(stack, rehearse=rehearse)
    running = access.running()
    services = Services(
        dynamodb=access.client("dynamodb"),
        cloudwatch=access.client("cloudwatch"),
        sqs=access.client("sqs"),
        scheduler=access.client("scheduler"),
        last_look=access.last_look(running.outputs),
    )
    for line in status_lines(running, services, now=datetime.now(UTC)):
        show(line, STATUS_COLUMN)
    return 0


@click.command
@ON_STACK
@REHEARSE
def pause(stack: str, rehearse: bool) -> int:
    """Stop it: schedules off, queued trades held, through every update until resumed."""
    access = reach(stack, rehearse=rehearse)
    _switch(access).pause(datetime.now(UTC))
    say(paused_text(stack))
    _say_what_is_open(access)
    say(f"Pulumi.{stack}.yaml says so: commit it, and updates keep it")
    return 0


@click.command
@ON_STACK
@REHEARSE
def resume(stack: str, rehearse: bool) -> int:
    """Go on: schedules as the stack's file says, queued trades worked off."""
    access = reach(stack, rehearse=rehearse)
    _say_what_is_open(access)
    if stack == "prod" and not agreed("Go on, with the trades that wait?"):
        say("still paused")
        return 1
    _switch(access).resume()
    say(f"{stack} goes on; commit Pulumi.{stack}.yaml")
    return 0


@click.command
@ON_STACK
@REHEARSE
def names(stack: str, rehearse: bool) -> int:
    """Show what the catalogue calls each function, and what AWS does."""
    for row in name_rows(reach(stack, rehearse=rehearse).engine.outputs()):
        print(row)
    say(f"log groups: {log_group('<deployed as>')}")
    return 0


@click.command
@ON_STACK
@click.option("--function", default="", help="only this function, by either name")
@click.option("--run", default="", help="only lines that name this run")
@click.option("--correlation", default="", help="only lines that name this correlation id")
@click.option(
    "--since",
    default="1h",
    show_default=True,
    callback=a_span,
    help="how far back: 90s, 15m, 2h, 1d",
)
@click.option("--follow", is_flag=True, help="go on with lines as they come")
@click.option("--json", is_flag=True, help="one JSON document a line")
@REHEARSE
def logs(stack: str, rehearse: bool, **chosen: Any) -> int:
    """Show what functions logged, merged by time."""
    access = reach(stack, rehearse=rehearse)
    outputs = access.engine.outputs()
    given = str(chosen["function"])
    names = [logical_name(outputs, given)] if given else list(outputs.functions)
    groups = {name: log_group(outputs.functions[name].name) for name in names}
    start = datetime.now(UTC) - timedelta(seconds=seconds_in(chosen["since"]))
    read = follow_lines if chosen["follow"] else read_lines
    mentioned = chosen["run"] or chosen["correlation"]
    found = False
    try:
        for line in read(access.client("logs"), groups, start, mentioned):
            found = True
            print(line.as_json() if chosen["json"] else line, flush=chosen["follow"])
    except KeyboardInterrupt:
        # How following ends; nothing was made that could be gone on with.
        if not chosen["follow"]:
            raise
    if not found:
        what = f" that names {mentioned}" if mentioned else ""
        say(f"no line{what} in the last {chosen['since']}; a longer SINCE=… looks further back")
    return 0


@click.command
@ON_STACK
@click.option("--function", required=True, help="which function, by either name")
@click.option("--event", required=True, type=click.Path(exists=True, dir_okay=False))
@REHEARSE
def invoke(stack: str, function: str, event: str, rehearse: bool) -> int:
    """Call what a function's alias serves with an event from a file, and print the answer."""
    access = reach(stack, rehearse=rehearse)
    outputs = access.engine.outputs()
    name = logical_name(outputs, function)
    content = Path(event).read_bytes()
    try:
        json.loads(content)
    except ValueError as error:
        raise OperationError(f"{event}: expected JSON, found {error}") from error
    if stack == "prod" and not agreed(f"Call {name} of prod with {event}?"):
        return 1
    deployed = outputs.functions[name]
    answer = access.live.answer(deployed.name, deployed.alias, content)
    print(answer.payload.decode("utf-8", "replace"))
    sys.stderr.write(answer.log)
    return 0 if answer.status == 200 else 1


@click.command(name="dead-letters")
@ON_STACK
@REHEARSE
def dead_letters(stack: str, rehearse: bool) -> int:
    """List what nobody could work off: queue, age, event, function and reason."""
    access = reach(stack, rehearse=rehearse)
    row = "{:<18} {:>7}  {:<20} {}: {}".format
    show(row("queue", "age", "event", "function", "reason"), LETTER_COLUMN)
    outputs, sqs = access.engine.outputs(), access.client("sqs")
    found = letters_of(outputs, sqs)
    for letter in found:
        since = age(datetime.now(UTC) - letter.sent_at)
        told = row(letter.queue, since, letter.event, letter.function, letter.reason)
        show(told, LETTER_COLUMN)
    say(f"dead letters: {len(found)}")
    for depth in queue_depths(outputs, sqs):
        shown = sum(letter.queue == depth.name for letter in found)
        if depth.dead is not None and depth.dead > shown:
            say(f"{depth.name} has about {depth.dead}: of a FIFO group the first ten are shown")
    return 0


@click.command
@ON_STACK
@click.option("--queue", required=True, help="whose dead letters go back")
@REHEARSE
def redrive(stack: str, queue: str, rehearse: bool) -> int:
    """Send a queue's dead letters back to it, oldest first."""
    access = reach(stack, rehearse=rehearse)
    outputs, sqs = access.engine.outputs(), access.client("sqs")
    count = redrivable(outputs, sqs, queue).dead
    if not count:
        say(f"{queue} has no dead letters")
        return 0
    if not agreed(f"Send about {count} dead letters of {queue} back, to be tried again?"):
        say("nothing was sent")
        return 1
    say(f"{send_back(outputs, sqs, queue)} sent back to {queue}")
    return 0


def _switch(access: StackAccess) -> Switch:
    outputs = access.engine.outputs()
    return Switch(
        engine=access.engine,
        outputs=outputs,
        lambda_=access.client("lambda"),
        scheduler=access.client("scheduler"),
        sns=access.client("sns"),
        shown=KillSwitch(Table(access.client("dynamodb"), outputs.tables[RUNS])),
    )


def _say_what_is_open(access: StackAccess) -> None:
    outputs = access.engine.outputs()
    run = last_run(outputs, access.client("dynamodb"))
    if run is not None and not run.is_decided:
        open_trades = run.total_trades - run.completed_trades
        say(f"run {run.run_id} is in progress: {open_trades} of {run.total_trades} trades are open")
    for depth in queue_depths(outputs, access.client("sqs")):
        if depth.waiting and depth.dead is not None:
            say(f"{depth.waiting} messages wait in {depth.name}")

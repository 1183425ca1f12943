"""Starts, finds and stops this checkout's MiniStack."""

from __future__ import annotations

import os

from local.daemons import LOOPBACK, Daemon, Running, answers, free_port, is_free
from local.locks import held
from local.ministack.installation import server_environment, server_program
from local.problems import LocalProblem
from local.progress import say
from local.workfolder import WorkFolder

HEALTH = "/_ministack/health"


def ensure_server(work: WorkFolder) -> Running:
    """Give the running MiniStack, starting one if there is none."""
    if (server := running_server(work)) is not None:
        return server
    with held(work, "MiniStack start"):
        return running_server(work) or _start(work)


def running_server(work: WorkFolder) -> Running | None:
    """Give this checkout's MiniStack when it lives and answers."""
    return _daemon(work).running()


def stop_server(work: WorkFolder) -> bool:
    """Stop this checkout's MiniStack and its function workers; tell whether there was one."""
    return _daemon(work).stop()


def is_healthy(url: str) -> bool:
    """Ask an emulator whether it is ready."""
    return answers(f"{url}{HEALTH}")


def _daemon(work: WorkFolder) -> Daemon:
    return Daemon(title="MiniStack", folder=work.ministack, health_path=HEALTH)


def _start(work: WorkFolder) -> Running:
    program = server_program(work)
    port = choose_port(work)
    environment = server_environment(work, port)
    return _daemon(work).start([program], environment, work.ministack, port)


def choose_port(work: WorkFolder) -> int:
    """Take the port of the last time, so that the stack's endpoint stays; else a free one."""
    if asked := os.environ.get("ALCHEMISER_PORT"):
        if not asked.isdecimal() or not is_free(int(asked)):
            raise LocalProblem(
                f"ALCHEMISER_PORT={asked} was expected to be a free port on {LOOPBACK}, and it is "
                "taken or no port number.",
                "Unset ALCHEMISER_PORT to have a free one chosen, or name another.",
            )
        return int(asked)
    if (last := _daemon(work).recorded()) is not None:
        if is_free(last.port):
            return last.port
        say(f"port {last.port}, used the last time, is taken by another program: another is chosen")
    return free_port()

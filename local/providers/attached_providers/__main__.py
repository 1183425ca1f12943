"""Serves the attached providers: prints `aws:PORT,command:PORT`, ends when its stdin closes."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

from attached_providers.attachment import serve
from attached_providers.aws.provider import AwsProvider
from attached_providers.command.provider import CommandProvider


def main() -> None:
    """Serve until the parent goes away or asks to stop."""
    over = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    aws, command = AwsProvider(), CommandProvider()
    (aws_server, aws_port), (command_server, command_port) = serve(aws), serve(command)
    print(f"aws:{aws_port},command:{command_port}", flush=True)
    threading.Thread(target=_wait_for_parent, args=(over,), daemon=True).start()
    over.wait()
    aws.stop()
    command.stop()
    for server in (aws_server, command_server):
        server.stop(grace=None)


def _wait_for_parent(over: threading.Event) -> None:
    # Not sys.stdin: a thread that waits in it holds a lock that the interpreter's end needs.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    over.set()


if __name__ == "__main__":
    main()

"""`make watch`: the local stack, kept to what is saved."""

from __future__ import annotations

from catalogue.system import SYSTEM
from cli.engine.arguments import DEFAULT_STACK
from cli.hot_swap import HotSwap
from cli.outputs import recorded_outputs
from cli.stack import bring_up
from cli.stacks import reach
from cli.watching import Watch, saves_below
from local.locks import held
from local.progress import say
from local.workfolder import WorkFolder
from packager.store.output import output_folder


def watch_stack(work: WorkFolder) -> int:
    """Deploy the local stack, then every save, until interrupted."""
    bring_up(work)
    there = reach(DEFAULT_STACK, rehearse=False)
    swapping = HotSwap(
        root=work.root,
        system=SYSTEM,
        client=there.session.client("lambda", endpoint_url=there.endpoint_url),
        builds=output_folder(work.root),
    )

    def swap(name: str) -> str | None:
        outputs = recorded_outputs(work, DEFAULT_STACK)
        if outputs is None or name not in outputs.functions:
            bring_up(work)
            return None
        with held(work, "run of the stack"):
            return swapping.swap(name, outputs.functions[name])

    say("watching for saves; Ctrl-C ends it")
    try:
        Watch(swap=swap, deploy=lambda: bring_up(work)).follow(saves_below(work.root))
    except KeyboardInterrupt:
        say("no longer watching; `make local` writes the stack's record if code was swapped")
    return 0

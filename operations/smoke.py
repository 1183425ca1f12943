"""Is every function alive? Each alias answers a deep health event, which has no effect."""

from __future__ import annotations

from operations.live import Live
from operations.proof import Candidate, Prover, Verdict
from operations.running import Running


def ask_all(running: Running, live: Live) -> tuple[Verdict, ...]:
    """Ask every alias, in the order of the catalogue."""
    probes = running.releases[-1].probes if running.releases else {}
    return Prover(live=live, patience_s=0).verdicts(
        Candidate(name=name, function=it.name, version=it.alias, probes=tuple(probes.get(name, [])))
        for name, it in running.outputs.functions.items()
    )


def told(verdict: Verdict, running: Running) -> str:
    """Write one line for one function."""
    name = verdict.candidate.name
    served = running.serving.get(name)
    version = f"version {served.version}" if served else "no alias"
    if verdict.is_proven:
        return f"alive  {name}  {version}, {len(verdict.touched)} grants touched"
    return f"DEAD   {name}  {version}: {'; '.join(verdict.reasons)}"

"""Verbs about what ships: newer releases, bills of materials, known faults."""

from __future__ import annotations

import click

from cli.tools import run_module
from local.workfolder import WorkFolder


@click.command
@click.option("--package", default="", help="the one package to take a newer release of")
@click.pass_obj
def relock(work: WorkFolder, package: str) -> int:
    """Take newer releases, of one package or of all, prove them and say what moved."""
    return run_module(work, "packager", ["relock", *([package] if package else [])])


@click.command
@click.option("--name", default="", help="a layer or a function; without it, all")
@click.pass_obj
def bill(work: WorkFolder, name: str) -> int:
    """Write CycloneDX bills of materials of what ships."""
    return run_module(work, "packager", ["bill", *([name] if name else [])])


@click.command
@click.option("--service", default="", help="an advisory service that speaks OSV's API")
@click.pass_obj
def audit(work: WorkFolder, service: str) -> int:
    """Hold every lock of the project to what is known to be bad."""
    return run_module(work, "packager", ["audit", *(["--service", service] if service else [])])

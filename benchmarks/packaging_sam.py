"""The same system for `sam build`: a template from the catalogue, and what sam makes of it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from packager.target import Target
from packager.uv import uv_executable

if TYPE_CHECKING:
    from blueprint import LayerSpec, System

RELEASE = "1.170.0"


def install_sam(folder: Path) -> Path:
    """Put aws-sam-cli into an environment of its own; return its executable."""
    sam = folder / "bin" / "sam"
    if not sam.exists():
        uv = uv_executable()
        subprocess.run([uv, "venv", "--seed", "-q", "-p", sys.executable, folder], check=True)
        python = str(folder / "bin" / "python")
        subprocess.run(
            [uv, "pip", "install", "-q", "-p", python, f"aws-sam-cli=={RELEASE}"], check=True
        )
    return sam


def write_project(root: Path, system: System, target: Target, project: Path) -> None:
    """Lay the sources and locks out as sam wants them, with a template."""
    resources: dict[str, object] = {}
    for layer in system.layers:
        content = project / "layers" / layer.name
        _layer_content(root, layer, content)
        resources[_logical(layer.name, "Layer")] = {
            "Type": "AWS::Serverless::LayerVersion",
            "Properties": {"ContentUri": f"layers/{layer.name}"},
            "Metadata": {"BuildMethod": f"python{target.python}"},
        }
    for function in system.functions:
        shutil.copytree(
            root / "functions" / function.name,
            project / "functions" / function.name,
            ignore=shutil.ignore_patterns("__pycache__"),
        )
        for data in function.data:
            shutil.copytree(root / data, project / "functions" / function.name / data)
        resources[_logical(function.name, "Function")] = {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": f"functions/{function.name}",
                "Handler": function.handler,
                "Runtime": f"python{target.python}",
                "Architectures": [target.architecture],
                "Layers": [{"Ref": _logical(name, "Layer")} for name in function.layers],
            },
        }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": resources,
    }
    (project / "template.json").write_text(json.dumps(template, indent=2), encoding="utf-8")


def write_uv_project(lock: Path, target: Target, project: Path) -> None:
    """Lay out one function with its dependencies in its zip, for sam's way of building with uv."""
    folder = project / "function"
    folder.mkdir(parents=True)
    shutil.copy(lock, folder / "requirements.txt")
    body = "def lambda_handler(event, context):\n    return 0\n"
    (folder / "handler.py").write_text(body, encoding="utf-8")
    resource = {
        "Type": "AWS::Serverless::Function",
        "Properties": {
            "CodeUri": "function",
            "Handler": "handler.lambda_handler",
            "Runtime": f"python{target.python}",
            "Architectures": [target.architecture],
        },
        "Metadata": {"BuildMethod": "python-uv"},
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Function": resource},
    }
    (project / "template.json").write_text(json.dumps(template, indent=2), encoding="utf-8")


def sam_build(sam: Path, project: Path, *options: str) -> None:
    """Run one build, with whatever sam finds cached."""
    environment = {
        **as_users_run(),
        "PATH": os.pathsep.join(
            [str(sam.parent), str(Path(uv_executable()).parent), os.environ["PATH"]]
        ),
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        [sam, "build", "--cached", "--parallel", "--template", "template.json", *options],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"sam build failed:\n{done.stderr[-4000:]}")


def as_users_run() -> dict[str, str]:
    """Let Python keep byte code, as it does by default; every contender starts interpreters."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def forget(project: Path) -> None:
    """Remove all that sam has built or cached in the project."""
    shutil.rmtree(project / ".aws-sam", ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Shipped:
    """What a whole system weighs."""

    zipped_bytes: int
    unzipped_bytes: int
    uploaded_bytes: int
    """Zipped, equal zips counted once, as both tools upload them."""


def shipped_by_sam(project: Path, scratch: Path) -> Shipped:
    """Zip each artifact as `sam package` does, and weigh all of them."""
    unzipped = 0
    zips: list[tuple[str, int]] = []
    for artifact in sorted((project / ".aws-sam" / "build").iterdir()):
        if artifact.is_dir():
            path = scratch / f"{artifact.name}.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for file in sorted(artifact.rglob("*")):
                    if file.is_file():
                        archive.write(file, file.relative_to(artifact))
                        unzipped += file.stat().st_size
            zips.append((hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_size))
            path.unlink()
    return shipped(zips, unzipped)


def shipped(zips: Iterable[tuple[str, int]], unzipped_bytes: int) -> Shipped:
    """Weigh zips, each with its digest."""
    weighed = list(zips)
    return Shipped(
        zipped_bytes=sum(size for _, size in weighed),
        unzipped_bytes=unzipped_bytes,
        uploaded_bytes=sum(dict(weighed).values()),
    )


def _layer_content(root: Path, layer: LayerSpec, content: Path) -> None:
    if layer.group is not None:
        content.mkdir(parents=True)
        shutil.copy(root / "layers" / layer.name / "requirements.txt", content)
        return
    for source in layer.sources:
        shutil.copytree(
            root / source, content / source, ignore=shutil.ignore_patterns("__pycache__")
        )
    # sam refuses a Python layer without requirements; our own code has none.
    (content / "requirements.txt").write_text("", encoding="utf-8")


def _logical(name: str, kind: str) -> str:
    return "".join(part.title() for part in name.split("_")) + kind

"""Fetches one commit of a git repository with a token that only the environment knows.

git asks a program for the password, and that program prints the variable. So the token is in no
address, no argument, no file and no configuration, and what git says never contains it.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from packager.errors import GitError
from packager.secrets import mask

if TYPE_CHECKING:
    from blueprint import GitSource

TOKEN_VARIABLE = "GH_TOKEN"
_TIMEOUT_S = 300
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ADDRESS = re.compile(r"(?:https://|http://(?:127\.0\.0\.1|localhost)(?=[:/]))[^@\s?#]+")
_REFUSED = re.compile(r"Authentication failed|could not read (Username|Password)|error: 40[13]")
_ABSENT = re.compile(r"[Rr]epository .*not found|error: 404")
_NO_COMMIT = re.compile(r"not our ref|couldn't find remote ref|no such remote ref")

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"

_ANSWER = f"""#!/bin/sh
case "$1" in
Username*) echo x-access-token ;;
*) [ -n "${TOKEN_VARIABLE}" ] && printf '%s\\n' "${TOKEN_VARIABLE}" ;;
esac
"""
_SETTINGS = {
    "credential.helper": "",
    "http.followRedirects": "false",  # or another host could ask for the token
    "protocol.allow": "never",
    "protocol.https.allow": "always",
    "protocol.http.allow": "always",
    "core.autocrlf": "false",
    "core.hooksPath": os.devnull,
    "advice.detachedHead": "false",
}


def check_source(source: GitSource, layer: str) -> None:
    """Refuse an address that is not safe to send a token to, and a commit that could move."""
    if not _ADDRESS.fullmatch(source.repository):
        raise GitError(
            f"layer {layer}: expected the repository as https://… without credentials, found "
            f"{mask(source.repository)}. The token comes from {TOKEN_VARIABLE}."
        )
    if not _COMMIT.fullmatch(source.commit):
        raise GitError(
            f"layer {layer}: expected a commit's 40 digits, found {source.commit!r}; a branch or "
            "tag could come to mean something else"
        )


def fetch(source: GitSource, layer: str, work: Path) -> Path:
    """Return a folder with the commit's files."""
    check_source(source, layer)
    answer = work / "answer"
    answer.write_text(_ANSWER, encoding="utf-8")
    answer.chmod(0o700)
    folder = work / "repository"
    folder.mkdir()
    environment = _environment(answer)
    _git(source, layer, environment, folder, "init", "--quiet")
    _git(
        source, layer, environment, folder, "fetch", "--quiet", "--depth=1", "--no-tags",
        source.repository, source.commit,
    )  # fmt: skip
    _git(source, layer, environment, folder, "checkout", "--quiet", "--detach", source.commit)
    _name_commit(source, layer, environment, folder)
    _refuse_partial(source, layer, folder)
    return folder


def _name_commit(
    source: GitSource, layer: str, environment: Mapping[str, str], folder: Path
) -> None:
    """Give the commit its tags, from which many build backends make the version."""
    said = _git(source, layer, environment, folder, "ls-remote", "--tags", source.repository)
    for line in said.splitlines():
        commit, _, reference = line.partition("\t")
        if commit == source.commit:
            tag = reference.removeprefix("refs/tags/").removesuffix("^{}")
            _git(source, layer, environment, folder, "tag", "--force", tag, commit)


def _refuse_partial(source: GitSource, layer: str, folder: Path) -> None:
    """Refuse a commit whose files are not all in it: what stands for them would ship instead."""
    if (folder / ".gitmodules").is_file():
        raise GitError(
            f"layer {layer}: {source.repository} has submodules at {source.commit}, and what is in "
            "them is not fetched. Publish the package to an index, or take the submodules out."
        )
    for path in sorted((folder / source.subdirectory).rglob("*")):
        if ".git" not in path.parts and path.is_file() and _is_pointer(path):
            raise GitError(
                f"layer {layer}: {path.relative_to(folder)} in {source.repository} is a pointer to "
                "Git LFS, whose content is not fetched. Commit the file itself, or publish the "
                "package to an index."
            )


def _is_pointer(path: Path) -> bool:
    # https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-pointer
    with path.open("rb") as stream:
        return stream.read(len(_LFS_POINTER)) == _LFS_POINTER


def _environment(answer: Path) -> dict[str, str]:
    """Keep the machine's git settings out: a trace or a rewritten address could tell the token."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith("GIT_SSL_")
    }
    settings: dict[str, str] = {"GIT_CONFIG_COUNT": str(len(_SETTINGS))}
    for number, (name, value) in enumerate(_SETTINGS.items()):
        settings |= {f"GIT_CONFIG_KEY_{number}": name, f"GIT_CONFIG_VALUE_{number}": value}
    return {
        **inherited,
        **settings,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ASKPASS": str(answer),
        "GIT_LFS_SKIP_SMUDGE": "1",
        "LC_ALL": "C",
        TOKEN_VARIABLE: os.environ.get(TOKEN_VARIABLE, "").strip(),
    }


def _git(
    source: GitSource, layer: str, environment: Mapping[str, str], folder: Path, *arguments: str
) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except FileNotFoundError:
        raise GitError(f"layer {layer}: expected git on PATH, found none. Install it.") from None
    except subprocess.TimeoutExpired:
        message = (
            f"layer {layer}: {source.repository} did not answer within {_TIMEOUT_S} s. Try again."
        )
        raise GitError(message) from None
    if done.returncode != 0:
        raise GitError(f"layer {layer}: {_explained(source, done.stderr.strip())}")
    return done.stdout


def _explained(source: GitSource, said: str) -> str:
    has_token = bool(os.environ.get(TOKEN_VARIABLE, "").strip())
    if _REFUSED.search(said):
        token = (
            f"refused the token in {TOKEN_VARIABLE}: it is wrong, expired or revoked"
            if has_token
            else f"wants a token, and {TOKEN_VARIABLE} is not set"
        )
        return f"{source.repository} {token}. Set one that may read it; nothing was changed."
    if _ABSENT.search(said):
        return (
            f"{source.repository} was not found, or the token in {TOKEN_VARIABLE} may not read it. "
            "Correct the one in the layer's entry, or the other in the environment."
        )
    if _NO_COMMIT.search(said):
        return f"{source.repository} has no commit {source.commit}. Correct the layer's entry."
    return f"{source.repository} could not be fetched:\n{mask(said)}"

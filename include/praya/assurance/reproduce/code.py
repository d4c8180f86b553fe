"""The code that a release is made again by: that of its commit in a worktree of its own, or the one at hand."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from praya.errors import IntegrityError, codes
from praya.project import Project
from praya.text.outside import quote

# What makes a release again, the newest first: a commit from before 0.4.0 has it under its older name.
MODULES = ("praya.assurance.reproduce.again", "praya.reproduce.again")
# Nothing else is handed to git, which would take it for an option or a branch.
COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@contextmanager
def at_commit(commit: tuple[str, bool] | None, work: Path, here: Path) -> Iterator[tuple[Path, str]]:
    """The folder of the code at `commit` (and whether it was changed then), with a sentence on which code it is;
    the folder `here` where that commit cannot be had."""
    if commit is None:
        yield here, "the statement names no commit: made by the code as it is"
        return
    name, changed = commit
    if changed:
        yield (
            here,
            f"the code was changed after commit {name[:12]} when it ran: made by the code as it is",
        )
        return
    tree = work / "code"
    if not COMMIT.fullmatch(name) or _git(here, "worktree", "add", "--detach", str(tree), name).returncode:
        yield here, f"there is no repository with commit {name[:12]} here: made by the code as it is"
        return
    try:
        yield tree, f"made by the code of commit {name[:12]}"
    finally:
        _git(here, "worktree", "remove", "--force", str(tree))


def run(root: Path, job: Path, work: Path, project: Project) -> None:
    """Do the job by the code in `root`; IntegrityError with the last of what it said where that fails."""
    environment = {
        **os.environ,  # of a child process; nothing of it is read here
        "PYTHONPATH": str(root / "include"),
        "PRAYA_ROOT": str(root),
        "PRAYA_HOME": str(project.home),
        "PRAYA_PSEUDONYM_KEY_FILE": str(project.pseudonym_key),
        "PRAYA_POLICY": str(work / "policy.yaml"),
    }
    command = [sys.executable, "-m", module_in(root), str(job)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        last = (done.stderr.strip() or "it said nothing").splitlines()[-1]
        raise IntegrityError(
            codes.evidence.REPRODUCTION_FAILED, f"making it again failed: {quote(last, 200)}"
        )


def module_in(root: Path) -> str:
    """The module of the code in `root` that makes a release again."""
    files = {name: root / "include" / Path(*name.split(".")).with_suffix(".py") for name in MODULES}
    return next((name for name, file in files.items() if file.is_file()), MODULES[0])


def _git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(root), *arguments], capture_output=True)  # noqa: S603, S607
    except OSError:
        return subprocess.CompletedProcess(arguments, 1, b"", b"there is no git")

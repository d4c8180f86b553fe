"""Every file of the store against the write journal, and everything that lies there against what is known to."""

from __future__ import annotations

from collections.abc import Iterator

from praya.assurance.verify.finding import shown
from praya.assurance.verify.inspection import Reading
from praya.assurance.verify.ledger_facts import Known, is_in
from praya.contract.zone import show_moment
from praya.ledger.index_file import FILES
from praya.store import layout
from praya.store.journal_state import Standing
from praya.store.store_path import StorePath

OWN_CHAINS = {layout.LEDGER, layout.WRITE_JOURNAL}
# Held against the ledger.
INDEX = {f"{layout.LEDGER_INDEX}{ending}" for ending in FILES}
AREAS = {*layout.PRIVATE_AREAS, "ledger", "released"}
# Large areas whose files keep their names and content for good: by night they take turns.
IN_TURNS = {"raw", "inputs", "staged", "marts", "protected", "verdicts", "released"}
WAREHOUSE = layout.WAREHOUSE
NAME_OF_LOG = "looks.jsonl"

SCRATCH = "locks and scratch of running steps: swept when the process is gone, and read by no step"
PRODUCT = "a build product for ad-hoc questions, which its users may change: made again by measure, and never released"
OLDER = "written before the write journal of version 0.2.0 began, and named by no manifest, statement or ledger line"
BEFORE_JOURNAL = (
    "older than the write journal, which has it as it was found when it began: it is so still, and what happened "
    "before that nothing shows"
)
LOOKS = "times of looks at a preview, to which its server adds: the ledger has the first look at each file"
LATER = "takes its turn on another night"


def check_stored_files(
    reading: Reading, known: Known, named: set[str], part: tuple[int, int] | None
) -> Iterator[str]:
    """A sentence for each file that is not as the journal has it, and for everything that it does not know of.

    `named` has the keys of which something was said already: of those, and of what lies below them, nothing more is
    said. What differs is looked at once more at the end, for a run may be writing.
    """
    first = dict(_find_problems(reading, known, named, part))
    if not first:
        return
    again = Reading.of(reading.store)
    second = dict(_find_problems(again, known, named, part, only=set(first)))
    yield from (sentence for key, sentence in sorted(second.items()) if key in first)


def _find_problems(
    reading: Reading,
    known: Known,
    named: set[str],
    part: tuple[int, int] | None,
    only: set[str] | None = None,
) -> Iterator[tuple[str, str]]:
    journal, there = reading.journal, reading.inventory
    apart = OWN_CHAINS | INDEX
    for key in sorted({*journal.files, *there.files, *there.empty} if only is None else only):
        if (named and _is_named(key, named)) or there.is_irregular(key) or key in apart:
            continue
        if key.split("/")[0] == "work":
            reading.leave_out(SCRATCH, key)
        elif key.startswith(WAREHOUSE):
            reading.leave_out(PRODUCT, key)
        elif _is_log_of_looks(key) and f"{key.removesuffix(NAME_OF_LOG)}grant.json" in journal.files:
            reading.leave_out(LOOKS, key)
        elif (standing := journal.files.get(key)) is None:
            yield from _unknown(reading, key)
        elif key not in reading.hashed and not _is_tonight(key, part):
            reading.leave_out(LATER, key)
        elif not (key not in there.files and key.removeprefix("raw/") in known.purged):
            yield from _held(reading, key, standing)


def _is_log_of_looks(key: str) -> bool:
    return key.startswith("previews/") and key.count("/") == 2 and key.endswith(f"/{NAME_OF_LOG}")


def _held(reading: Reading, key: str, standing: Standing) -> Iterator[tuple[str, str]]:
    """A file of the journal against what is there."""
    is_there = key in reading.inventory.files
    if is_there and key not in reading.hashed and standing.predates_journal:
        reading.leave_out(BEFORE_JOURNAL, key)
    sha256 = reading.sha256_of(key) if is_there else None
    if sha256 == standing.sha256:
        return
    path, by = reading.root / key, f"by {standing.entry.by} at {show_moment(standing.entry.at)}"
    if not standing.done and sha256 in standing.before:
        yield key, reading.unfinished(path, "run that again")
    elif not is_there:
        what = "is a folder" if path.is_dir() else "is missing"
        yield key, f"{shown(str(path))}: {what}, and a file was written there {by}"
    elif standing.sha256 is None:
        yield key, f"{shown(str(path))}: was changed after it was to be removed {by}"
    else:
        yield key, f"{shown(str(path))}: was changed: it is not the file that was written {by}"


def _unknown(reading: Reading, key: str) -> Iterator[tuple[str, str]]:
    """What lies there and is in no line of the journal."""
    journal, path = reading.journal, shown(f"{reading.root}/{key}")
    if key in reading.inventory.files:
        if not journal.size:
            if key not in reading.hashed:
                reading.leave_out(OLDER, key)
        elif (entry := journal.gone.get(key)) is not None:
            yield key, f"{path}: was removed by {entry.by} at {show_moment(entry.at)}, and lies there again"
        else:
            yield key, f"{path}: is no file that Praya wrote: no line of the write journal names it"
    elif journal.size and key in reading.inventory.empty and key not in journal.places | AREAS:
        yield key, f"{path}: is an empty folder that Praya did not make"


def _is_named(key: str, named: set[str]) -> bool:
    while key:
        if key in named:
            return True
        key = key.rpartition("/")[0]
    return False


def _is_tonight(key: str, part: tuple[int, int] | None) -> bool:
    """Whether a file is read tonight; the files of one folder are read together."""
    return key.split("/")[0] not in IN_TURNS or is_in(_group(key), part)


def _group(key: str) -> str:
    """What is read in one night: the name by which the other checks choose."""
    folder, _, name = key.rpartition("/")
    if folder in ("raw", "inputs"):
        return name
    return folder if folder.startswith("released/reports/") else folder.removeprefix("released/")


def keys_named(root: StorePath, problems: list[str]) -> set[str]:
    """The keys that sentences begin with."""
    prefix = f"{root}/"
    starts = (problem.partition(": ")[0] for problem in problems)
    return {start.removeprefix(prefix) for start in starts if start.startswith(prefix)}

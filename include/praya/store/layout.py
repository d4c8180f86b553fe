"""Every key of the store: what lies where, in one place. A subject is a dataset, or `<dataset>/<month>`."""

from __future__ import annotations

PRIVATE_AREAS = (
    "raw", "receipts", "staged", "marts", "protected", "verdicts", "work", "state", "inputs", "previews"
)  # fmt: skip
RELEASED = "released"
RECEIPTS = "receipts"
INPUTS = "inputs"
PROTECTED = "protected"
VERDICTS = "verdicts"
PREVIEWS = "previews"
LEDGER = "ledger/ledger.jsonl"
LEDGER_INDEX = "work/ledger.index"
LAYOUT_NUMBER = "state/store/layout.json"
LEDGER_GROWTH = "state/ledger/growth.json"
GATE_LINKS = "state/ledger/gate.bin"
WRITE_JOURNAL = "ledger/writes.jsonl"
WORK = "work"
LOCKS = "work/locks"
WAREHOUSE = "warehouse.duckdb"
MART_STATES = "state/mart"
MONTH_STATES = "state/month"
REPORTS = "released/reports"
METRICS = "released/metrics"
CALENDAR = "released/calendar.json"
CATALOGUE_PARTS = "state/catalogue/parts.json"
CATALOGUE = "released/catalogue.json"
CATALOGUE_LINKED = "released/catalogue.jsonld"
CATALOGUE_SIGNED = "released/catalogue.signed.json"
REDIRECTS = "released/redirects.json"
PUBLIC_KEYS = "released/keys/keys.json"
CHECKPOINT = "released/keys/checkpoint"
WITNESSED_CHECKPOINT = "released/keys/witnessed"

TABLE = "table.parquet"
QUARANTINE = "quarantine.parquet"
COUNTS = "counts.json"
VERDICT = "verdict.json"
MART_TABLE = "mart.parquet"
MANIFEST = "manifest.json"
TOMBSTONE = "withdrawn.json"
POINTER = "latest.json"
VERSIONS = "versions.json"
ALIAS = "alias.json"


def lock(name: str) -> str:
    """The file of a lock; its own folder, so that who looks for scratch does not pass all locks."""
    return f"{LOCKS}/{name}.lock"


def published_copy(target: str) -> str:
    """What the copy at a target was read back as; scratch, which may be lost."""
    return f"work/published-{target}.json"


# --- what the steps leave: trees under names made from their content -------------------------------------------


def raw(sha256: str) -> str:
    """A snapshot: bytes as received."""
    return f"raw/{sha256}"


def receipts(subject: str) -> str:
    """The folder of the receipts of a subject."""
    return f"{RECEIPTS}/{subject}"


def receipt(subject: str, name: str) -> str:
    """The receipt of one snapshot."""
    return f"{RECEIPTS}/{subject}/{name}.json"


def staged(subject: str, key: str) -> str:
    """The tree of a typed table: TABLE, QUARANTINE and COUNTS."""
    return f"staged/{subject}/{key}"


def verdict(subject: str, key: str) -> str:
    """The tree of a verdict: VERDICT and its pages."""
    return f"verdicts/{subject}/{key}"


def fault_score(subject: str, key: str) -> str:
    """The fault score of an accepted table."""
    return f"verdicts/{subject}/faults-{key}/faults.json"


def methods(dataset: str, key: str) -> str:
    """The tree of a comparison of disclosure methods."""
    return f"verdicts/{dataset}/methods-{key}"


def mart(name: str, key: str) -> str:
    """The tree of a mart's table: MART_TABLE and what it was made from."""
    return f"marts/{name}/{key}"


def protected(dataset: str, key: str) -> str:
    """The tree of a protected table: TABLE, and what the gate found."""
    return f"{PROTECTED}/{dataset}/{key}"


def kept_input(sha256: str) -> str:
    """What a release was made by, as it was: contract, policy, suite, SQL, lock file."""
    return f"{INPUTS}/{sha256}"


# --- states: what a step did last -------------------------------------------------------------------------------


def states(subject: str) -> str:
    """The folder of the states of a subject."""
    return f"state/{subject}"


def state(subject: str, step: str) -> str:
    """What a step did last for a subject."""
    return f"state/{subject}/{step}.json"


def mart_state(mart: str, month: str | None = None) -> str:
    """The last table of a mart, or of one month of it."""
    return f"{MART_STATES}/{mart}/{month}.json" if month else f"{MART_STATES}/{mart}.json"


def mart_states(mart: str) -> str:
    """The folder of the months of a mart."""
    return f"{MART_STATES}/{mart}"


def month_states(provider: str) -> str:
    """The folder of the months of a provider that are switched in."""
    return f"{MONTH_STATES}/{provider}"


def month_state(provider: str, month: str) -> str:
    """A month of a provider that is switched in."""
    return f"{MONTH_STATES}/{provider}/{month}.json"


# --- the released area, the only one that is served -------------------------------------------------------------


def dataset(name: str) -> str:
    """The folder of a dataset in the released area."""
    return f"{RELEASED}/{name}"


def dataset_of(key: str) -> str:
    """The dataset of a key in the released area."""
    return key.split("/")[1]


def version(name: str, version: str) -> str:
    """The tree of one release."""
    return f"{RELEASED}/{name}/{version}"


def manifest(name: str, version: str) -> str:
    """The manifest of one release."""
    return f"{RELEASED}/{name}/{version}/{MANIFEST}"


def tombstone(name: str, version: str) -> str:
    """What stays of a release that was withdrawn."""
    return f"{RELEASED}/{name}/{version}/{TOMBSTONE}"


def pointer(name: str) -> str:
    """Which release of a dataset is the latest."""
    return f"{RELEASED}/{name}/{POINTER}"


def versions(name: str) -> str:
    """The index of all versions of a dataset."""
    return f"{RELEASED}/{name}/{VERSIONS}"


def alias(name: str) -> str:
    """Where an earlier id of a dataset points."""
    return f"{RELEASED}/{name}/{ALIAS}"


def change(name: str, before: str, version: str) -> str:
    """The folder of what changed between two versions."""
    return f"{RELEASED}/{name}/changes/{before}--{version}"

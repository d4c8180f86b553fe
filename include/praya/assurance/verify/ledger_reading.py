"""One reading of the whole ledger, for everything that a verification has to know of it: its chain, the roots that
checkpoints have, the seals of the write journal, whether its index is right, and the facts in its lines."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from praya.assurance.verify.ledger_facts import Known
from praya.ledger import Ledger
from praya.ledger.chain_check import ChainCheck
from praya.ledger.index_check import open_check
from praya.ledger.roots import Roots
from praya.provenance.checkpoints import SUBJECT
from praya.store import Store, layout


@dataclass
class LedgerReading:
    """`problems` of the chain, a sentence each; `roots` at the sizes that were asked for; of the write journal the
    hashes of the sealed lines by their numbers, since it was begun anew; when and why it was, by line; and whether the
    index differs from the ledger."""

    known: Known
    roots: Roots
    problems: list[str] = field(default_factory=list)
    seals: dict[int, str] = field(default_factory=dict)
    begun_anew: dict[int, str] = field(default_factory=dict)
    index_differs: bool = False


def read_ledger(store: Store, sizes: Collection[int]) -> LedgerReading:
    """Read every line once; IntegrityError where one is no line. `sizes` are the numbers of lines that checkpoints
    have."""
    ledger = Ledger(store)
    chain, roots = ChainCheck(ledger.path), Roots(sizes)
    reading = LedgerReading(Known(ledger), roots, chain.problems)
    _ = (
        ledger.size
    )  # brings the index up to date: that of a ledger that was put back is not taken for a changed one
    with open_check(store.disk_path(layout.LEDGER_INDEX)) as index:
        for raw in ledger.raw():
            line = chain.take(raw)
            filled = roots.add(raw)
            if index is not None and not chain.problems:
                index.take(line, raw, filled, roots.frontier)
            reading.known.take(line)
            if line.subject == SUBJECT and line.kind == "seal":
                if "anew" in line.seal:
                    reading.begun_anew[line.number] = line.seal["anew"]
                    reading.seals.clear()
                reading.seals[line.seal["writes"]] = line.seal["head"]
        if index is not None and not chain.problems:
            index.finish()
            reading.index_differs = index.differs
    return reading


def index_problem(reading: LedgerReading, store: Store) -> Iterator[str]:
    """A sentence where the index is not that of the ledger; it is made anew."""
    if reading.index_differs:
        Ledger(store).forget_index()
        yield (
            f"{store.disk_path(layout.LEDGER_INDEX)}: does not have what the ledger has: it was changed or is damaged. "
            "It has been made anew from the ledger; runs since the last verification may have read from it"
        )

"""The ledger's tree as it was signed last, kept so that signing it again reads only the lines that are new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from praya.errors import IntegrityError, codes
from praya.ledger import merkle
from praya.ledger.chain import Ledger
from praya.ledger.checkpoint import Checkpoint
from praya.store import canonical
from praya.store.regular import open_regular


@dataclass(frozen=True)
class Growth:
    """The tree over the first `size` lines: its frontier (hex), where the next line and the last one of them begin in
    the file (bytes), how many lines of the write journal were sealed with it, and from where on (bytes) some of it may
    not have been carried out yet."""

    size: int = 0
    frontier: tuple[str, ...] = ()
    offset: int = 0
    last: int = 0
    writes: int = 0
    writes_offset: int = 0
    leaf: str = field(default="")

    @property
    def root(self) -> bytes:
        return merkle.root_of_frontier([bytes.fromhex(digest) for digest in self.frontier])

    def checkpoint(self, origin: str) -> Checkpoint:
        """The checkpoint over these lines, in the ledger's name."""
        return Checkpoint(origin, self.size, self.root)

    @classmethod
    def parse(cls, content: Any) -> Growth:
        """What a kept tree says; an empty one where it says nothing."""
        try:
            return cls(**{**content, "frontier": tuple(content["frontier"])})
        except (TypeError, KeyError):
            return cls()

    def to_bytes(self) -> bytes:
        """The tree as it is kept on the store."""
        return canonical(asdict(self)) + b"\n"

    def grown(self, ledger: Ledger) -> Growth:
        """The tree over all lines; IntegrityError where the last line of this tree is not in its place."""
        frontier = [bytes.fromhex(digest) for digest in self.frontier]
        size, offset, last = self.size, self.offset, self.last
        leaf = self.leaf
        for raw in self._new(ledger.path):
            node = merkle.leaf_hash(raw[:-1])
            frontier, leaf = merkle.grow(frontier, size, node), node.hex()
            size, last, offset = size + 1, offset, offset + len(raw)
        hashes = tuple(digest.hex() for digest in frontier)
        return Growth(size, hashes, offset, last, self.writes, self.writes_offset, leaf)

    def _new(self, path: Path) -> Iterator[bytes]:
        if not path.exists() and not self.size:
            return
        with open_regular(path) as file:
            file.seek(self.last)
            if self.size and merkle.leaf_hash(file.read(self.offset - self.last)[:-1]).hex() != self.leaf:
                raise IntegrityError(
                    codes.ledger.LINES_CHANGED,
                    f"{path}: line {self.size:,} is not the line that was signed: the ledger was shortened or "
                    "rewritten",
                )
            yield from (raw for raw in file if raw.endswith(b"\n"))

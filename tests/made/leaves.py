"""The Merkle tree over lists of leaf hashes: what the tree of a ledger, which reads by its index, is held against."""

from __future__ import annotations

from collections.abc import Iterable

from praya.ledger import Ledger, merkle


class Leaves(list[bytes]):
    """Leaf hashes as a `merkle.Tree`."""

    @property
    def size(self) -> int:
        return len(self)

    def root_of(self, start: int, end: int) -> bytes:
        return merkle.root(self[start:end])


def leaves_of(ledger: Ledger) -> Leaves:
    """The leaf hashes of the ledger as it is, from all its lines."""
    return leaves_of_lines(raw[:-1] for raw in ledger.raw())


def leaves_of_lines(lines: Iterable[bytes]) -> Leaves:
    """The leaf hashes of lines without their line ends."""
    return Leaves(merkle.leaf_hash(line) for line in lines)

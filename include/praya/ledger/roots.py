"""Roots of the ledger's tree from a reading of the ledger itself, for checks that must not rest on its index."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from praya.ledger import merkle


class Roots:
    """The roots over the first lines of a ledger, for the numbers of lines in `sizes`, as its lines are added in order.
    A `merkle.Tree` of which no other parts can be asked for."""

    def __init__(self, sizes: Collection[int] = ()) -> None:
        self.size = 0
        self._roots = dict.fromkeys(sizes, merkle.EMPTY)
        self.frontier: list[bytes] = []

    @classmethod
    def of(cls, lines: Iterable[bytes], sizes: Collection[int]) -> Roots:
        """The roots over these lines, with their line ends."""
        roots = cls(sizes)
        for raw in lines:
            roots.add(raw)
        return roots

    def add(self, raw: bytes) -> list[tuple[int, int, bytes]]:
        """Take the next line, with its line end; gives the subtrees that it completes, as `merkle.fill` does."""
        filled = merkle.fill(self.frontier, self.size, merkle.leaf_hash(raw[:-1]))
        self.size += 1
        if self.size in self._roots:
            self._roots[self.size] = merkle.root_of_frontier(self.frontier)
        return filled

    def root_of(self, start: int, end: int) -> bytes:
        """The root over the first `end` lines, one of the `sizes`; `start` is 0."""
        if start:
            raise KeyError(start)
        return self._roots[end]

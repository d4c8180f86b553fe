"""The Merkle tree over the ledger's lines, hashed as RFC 6962 has it, and its two proofs.

A leaf is a line's bytes without the line end. Inclusion: this line is in the tree of that root. Consistency: the
tree of this root goes on from that one, so that nothing in it was changed or taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Protocol

from praya.errors import IntegrityError, codes

EMPTY = hashlib.sha256(b"").digest()


class Tree(Protocol):
    """A tree of `size` leaves, of which the roots of parts can be asked for."""

    @property
    def size(self) -> int: ...

    def root_of(self, start: int, end: int) -> bytes:
        """The root (32 bytes) of the tree over the leaves from `start` (from 0) up to, and without, `end`."""


def leaf_hash(data: bytes) -> bytes:
    """The hash (32 bytes) of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash (32 bytes) of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root (32 bytes) of the tree over these leaf hashes."""
    return _up(leaves)[0] if leaves else EMPTY


def _up(level: Sequence[bytes]) -> Sequence[bytes]:
    while len(level) > 1:
        level = _above(level)
    return level


def _above(level: Sequence[bytes]) -> list[bytes]:
    """The level above: pairs, and a last one without a neighbour as it is."""
    paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
    return [*paired, level[-1]] if len(level) % 2 else paired


def fill(frontier: list[bytes], size: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """Add a leaf hash, in place, to the frontier of a tree of `size` leaves: the roots of the full subtrees that it is
    made of, the largest first. Gives the subtrees that the leaf completes, each as its level (of 2**level leaves), its
    place among those of its level, and its root."""
    node, level, filled = leaf, 0, []
    while size & 1:
        node, size, level = node_hash(frontier.pop(), node), size >> 1, level + 1
        filled.append((level, size, node))
    frontier.append(node)
    return filled


def grow(frontier: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The frontier (see `fill`) of the tree with one leaf hash more."""
    grown = list(frontier)
    fill(grown, size, leaf)
    return grown


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """The root (32 bytes) of the tree with this frontier."""
    if not frontier:
        return EMPTY
    digest = frontier[-1]
    for left in reversed(frontier[:-1]):
        digest = node_hash(left, digest)
    return digest


def inclusion_proof(tree: Tree, index: int, size: int | None = None) -> list[bytes]:
    """The hashes that lead from the leaf at `index` (from 0) to the root over the first `size` leaves (None: all), from
    below (RFC 6962, 2.1.1)."""
    size = tree.size if size is None else size
    if not 0 <= index < size <= tree.size:
        raise IndexError(f"there is no leaf {index} in a tree of {size}")
    proof, start, end = list[bytes](), 0, size
    while end - start > 1:
        split = start + left_of(end - start)
        if index < split:
            proof.append(tree.root_of(split, end))
            end = split
        else:
            proof.append(tree.root_of(start, split))
            start = split
    return proof[::-1]


def consistency_proof(tree: Tree, old: int, size: int | None = None) -> list[bytes]:
    """The hashes that show that the tree of the first `size` leaves (None: all) goes on from that of the first `old`
    (RFC 6962, 2.1.2)."""
    size = tree.size if size is None else size
    if not 0 <= old <= size <= tree.size:
        raise IndexError(f"a tree of {size} does not go on from one of {old}")
    if not 0 < old < size:
        return []
    proof, start, end = list[bytes](), 0, size
    while old < end:
        split = start + left_of(end - start)
        if old <= split:
            proof.append(tree.root_of(split, end))
            end = split
        else:
            proof.append(tree.root_of(start, split))
            start = split
    return [*([tree.root_of(start, end)] if start else []), *proof[::-1]]


def left_of(size: int) -> int:
    """The largest power of two below `size`: the leaves of the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def root_by_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """The root that the proof leads to from the leaf hash at `index` of `size`; IntegrityError where it has not the
    length that it must have (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise IntegrityError(
            codes.ledger.CHECKPOINT_NOT_VALID, f"a tree of {size} lines has no line {index + 1}"
        )
    digest, at, last = leaf, index, size - 1
    for sibling in proof:
        if last == 0:
            raise IntegrityError(codes.ledger.CHECKPOINT_NOT_VALID, "the inclusion proof is too long")
        if at % 2 or at == last:
            digest = node_hash(sibling, digest)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            digest = node_hash(digest, sibling)
        at, last = at >> 1, last >> 1
    if last:
        raise IntegrityError(codes.ledger.CHECKPOINT_NOT_VALID, "the inclusion proof is too short")
    return digest


def is_consistent(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `new` leaves goes on from that of `old` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY
    if old > new or not proof:
        return False
    path = list(proof) if old & (old - 1) else [old_root, *proof]
    at, last = old - 1, new - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return (first, second, last) == (old_root, new_root, 0)

"""The Merkle tree over the ledger's lines, hashed as RFC 6962 has it, and its two proofs.

A leaf is a line's bytes without the line end. Inclusion: this line is in the tree of that root. Consistency: the
tree of this root goes on from that one, so that nothing in it was changed or taken away.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from praya.errors import IntegrityError, codes

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash (32 bytes) of a leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash (32 bytes) of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def leaves_of(lines: Iterable[bytes]) -> list[bytes]:
    """The leaf hashes of the ledger's lines, given with or without their line ends."""
    return [leaf_hash(line.removesuffix(b"\n")) for line in lines]


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


def grow(frontier: list[bytes], size: int, leaf: bytes) -> list[bytes]:
    """The frontier of the tree with one leaf hash more. The frontier of a tree of `size` leaves has the roots of the
    full subtrees that it is made of, the largest first."""
    grown, node = list(frontier), leaf
    while size % 2:
        node, size = node_hash(grown.pop(), node), size // 2
    return [*grown, node]


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """The root (32 bytes) of the tree with this frontier."""
    if not frontier:
        return EMPTY
    digest = frontier[-1]
    for left in reversed(frontier[:-1]):
        digest = node_hash(left, digest)
    return digest


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from the leaf at `index` (from 0) to the root, from below."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} in a tree of {len(leaves)}")
    proof, level = [], leaves
    while len(level) > 1:
        if (index ^ 1) < len(level):
            proof.append(level[index ^ 1])
        level, index = _above(level), index // 2
    return proof


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """The hashes that show that the tree over `leaves` goes on from the tree over the first `old` of them."""
    if not 0 <= old <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} does not go on from one of {old}")
    return _subproof(leaves, old, True) if 0 < old < len(leaves) else []


def _subproof(leaves: Sequence[bytes], old: int, known: bool) -> list[bytes]:
    size = len(leaves)
    if old == size:
        return [] if known else [root(leaves)]
    split = 1 << ((size - 1).bit_length() - 1)
    if old <= split:
        return [*_subproof(leaves[:split], old, known), root(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, False), root(leaves[:split])]


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

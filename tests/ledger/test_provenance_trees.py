"""The Merkle tree and its proofs, held against an implementation by others, and the notes against their format."""

from __future__ import annotations

import base64
import contextlib
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales import tlog as theirs
from tlog_scales.signing import Vkey
from tlog_scales.tlog import ConsistencyProof, ConsistencyProofInvalid, InclusionProof

from made.expected import stops
from made.leaves import Leaves, leaves_of_lines
from praya.errors import IntegrityError, codes
from praya.ledger import merkle
from praya.ledger.checkpoint import Checkpoint, parsed_request, request, signed, signers
from praya.ledger.note import COSIGNATURE, Note, VerifierKey
from praya.project.configuration import DEFAULT_ORIGIN

LINES = st.lists(st.binary(max_size=20), min_size=1, max_size=70)
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))


def tree_head(lines: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(lines) == 1:
        return hashlib.sha256(b"\x00" + lines[0]).digest()
    left, right = tree_head(lines[: split(lines)]), tree_head(lines[split(lines) :])
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(lines: list[bytes]) -> int:
    return max(1 << bit for bit in range(8) if 1 << bit < len(lines))


def subproof(lines: list[bytes], old: int, known: bool) -> list[bytes]:
    """RFC 6962, 2.1.2, word for word."""
    if old == len(lines):
        return [] if known else [tree_head(lines)]
    at = split(lines)
    if old <= at:
        return [*subproof(lines[:at], old, known), tree_head(lines[at:])]
    return [*subproof(lines[at:], old - at, False), tree_head(lines[:at])]


@settings(max_examples=200, deadline=None)
@given(lines=LINES, data=st.data())
def test_others_follow_a_proof_of_inclusion(lines: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of_lines(lines)
    root = merkle.root(leaves)
    assert root == tree_head(lines)
    index = data.draw(st.integers(0, len(lines) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    InclusionProof(index, len(lines), proof).check(leaves[index], root)
    assert merkle.root_by_inclusion(leaves[index], index, len(leaves), proof) == root


@settings(max_examples=200, deadline=None)
@given(lines=LINES, data=st.data())
def test_others_follow_a_proof_of_consistency(lines: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of_lines(lines)
    old = data.draw(st.integers(1, len(lines)))
    proof = merkle.consistency_proof(leaves, old)
    roots = tree_head(lines[:old]), tree_head(lines)
    assert proof == subproof(lines, old, True)
    ConsistencyProof(old, len(lines), proof).check(*roots)
    assert merkle.is_consistent(old, roots[0], len(lines), roots[1], proof)


@settings(max_examples=200, deadline=None)
@given(old=st.integers(1, 9), new=st.integers(0, 9), data=st.data())  # others ask nothing of an empty tree
def test_others_refuse_the_proofs_that_are_refused_here(old: int, new: int, data: st.DataObject) -> None:
    some = st.sampled_from([merkle.EMPTY, *(merkle.leaf_hash(bytes([n])) for n in range(3))])
    one, other, proof = data.draw(some), data.draw(some), data.draw(st.lists(some, max_size=4))
    try:
        ConsistencyProof(old, new, proof).check(one, other)
        holds = True
    except ConsistencyProofInvalid:
        holds = False
    assert merkle.is_consistent(old, one, new, other, proof) == holds


def test_others_read_checkpoint_and_cosignature() -> None:
    note = signed(Leaves([merkle.leaf_hash(b"x")]), KEY, DEFAULT_ORIGIN).cosign(
        KEY, "witness.example/w", 1_700_000_000
    )
    read = theirs.Checkpoint.from_text(str(note))
    assert (read.origin, read.size, read.root_hash) == ("praya.invalid/ledger", 1, merkle.leaf_hash(b"x"))
    public = KEY.public_key().public_bytes_raw()
    for key in (
        VerifierKey("praya.invalid/ledger", public),
        VerifierKey("witness.example/w", public, COSIGNATURE),
    ):
        read.verify(Vkey.from_string(str(key)))
        with pytest.raises(RuntimeError, match="no signature matched"):
            read.verify(Vkey.from_string(str(VerifierKey("another", public, key.type))))


@settings(max_examples=300, deadline=None)
@given(lines=LINES, data=st.data())
def test_a_proof_of_something_else_does_not_hold(lines: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of_lines(lines)
    old = data.draw(st.integers(1, len(leaves)))
    changed = data.draw(st.integers(0, old - 1))
    other = Leaves([*leaves[:changed], merkle.leaf_hash(b"something else entirely"), *leaves[changed + 1 :]])
    proof = merkle.consistency_proof(other, old)
    assert not merkle.is_consistent(old, merkle.root(leaves[:old]), len(other), merkle.root(other), proof)
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion_proof(leaves, index)
    assert merkle.root_by_inclusion(merkle.leaf_hash(b"another"), index, len(leaves), path) != merkle.root(
        leaves
    )
    for wrong in ([*path, bytes(32)], path[:-1]):
        if wrong != path:
            with stops(codes.ledger.CHECKPOINT_NOT_VALID, "long" if len(wrong) > len(path) else "short"):
                merkle.root_by_inclusion(leaves[index], index, len(leaves), wrong)


def test_the_empty_tree_and_indices_outside() -> None:
    assert merkle.root([]) == hashlib.sha256(b"").digest()
    assert merkle.is_consistent(0, merkle.EMPTY, 3, bytes(32), [])
    assert not merkle.is_consistent(3, bytes(32), 2, bytes(32), [])
    for call in (
        lambda: merkle.inclusion_proof(Leaves([b""]), 1),
        lambda: merkle.consistency_proof(Leaves([b""]), 2),
    ):
        with pytest.raises(IndexError):
            call()


@settings(max_examples=100, deadline=None)
@given(lines=LINES, data=st.data())
def test_a_request_says_what_it_was_made_from(lines: list[bytes], data: st.DataObject) -> None:
    leaves = leaves_of_lines(lines)
    old = data.draw(st.integers(0, len(leaves)))
    note = signed(leaves, KEY, DEFAULT_ORIGIN)
    assert parsed_request(request(leaves, old, note)) == (old, merkle.consistency_proof(leaves, old), note)


def test_a_checkpoint_is_a_signed_note_as_c2sp_has_it() -> None:
    note = signed(Leaves([merkle.leaf_hash(b"x")]), KEY, DEFAULT_ORIGIN)
    root = base64.b64encode(merkle.leaf_hash(b"x")).decode()
    text, _, signature = str(note).partition("\n\n")
    assert f"{text}\n" == f"praya.invalid/ledger\n1\n{root}\n"
    dash, name, data = signature.removesuffix("\n").split(" ")
    raw, public = base64.b64decode(data), KEY.public_key().public_bytes_raw()
    assert (dash, name) == ("\N{EM DASH}", "praya.invalid/ledger") and len(raw) == 68
    assert raw[:4] == hashlib.sha256(name.encode() + b"\n\x01" + public).digest()[:4]
    KEY.public_key().verify(raw[4:], f"{text}\n".encode())
    assert Note.parse(str(note).encode()) == note and Checkpoint.parse(note).size == 1


# The example of C2SP's tlog-cosignature, whose keys stand in the specification of signed notes' test vectors no more:
# what can be held is that its form is read and written again.
EXAMPLE = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\N{EM DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501


def test_the_example_of_the_specification_is_read_and_written_as_it_is() -> None:
    note = Note.parse(EXAMPLE.encode())
    assert str(note) == EXAMPLE
    assert Checkpoint.parse(note).size == 20852163 and Checkpoint.parse(note).text == note.text


def test_cosignatures_hold_for_their_time_and_name() -> None:
    note = signed(Leaves([b"1" * 32]), KEY, DEFAULT_ORIGIN).cosign(KEY, "witness.example/w", 1_700_000_000)
    key = VerifierKey("witness.example/w", KEY.public_key().public_bytes_raw(), COSIGNATURE)
    assert key.signed(note) == 1_700_000_000 and VerifierKey.parse(str(key)) == key
    assert signers(note, [VerifierKey("witness.example/other", key.public, COSIGNATURE)]) == []
    name, data = note.signatures[-1]
    later = note.with_signature(name, data[:11] + bytes([data[11] ^ 1]) + data[12:])
    assert key.signed(later) is None


@settings(max_examples=300, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_flipped_bit_of_a_note_passes(at: int, bit: int) -> None:
    note = signed(Leaves([b"1" * 32]), KEY, DEFAULT_ORIGIN)
    data = bytearray(str(note).encode())
    data[at % len(data)] ^= 1 << bit
    key = VerifierKey("praya.invalid/ledger", KEY.public_key().public_bytes_raw())
    with contextlib.suppress(IntegrityError):
        assert key.signed(Note.parse(bytes(data))) is None


@pytest.mark.parametrize("text", ["", "a+b", "a+00000000+AAAA", "a+b+c", "name+00000000+" + "A" * 44])
def test_what_is_no_verifier_key_is_refused(text: str) -> None:
    with stops(codes.ledger.VERIFIER_KEY_NOT_USABLE):
        VerifierKey.parse(text)


@pytest.mark.parametrize("data", [b"", b"text\n", b"text\n\n", b"a\n\n- x AAAA\n", b"\xff\n\n", b"old 1\n"])
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with stops(codes.ledger.CHECKPOINT_NOT_VALID):
        Note.parse(data)

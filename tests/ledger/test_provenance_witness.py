"""The witness: it cosigns a ledger that grew, and refuses one that was rewritten or shortened, killed or not."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
from typer.testing import CliRunner

from chaos.crash import DIED, Points, in_child
from made import open_store, own_signer
from made import provenance_way as way
from made.expected import stops
from made.leaves import leaves_of
from praya.assurance.verify import list_findings
from praya.cli.app import app
from praya.errors import codes
from praya.ledger import Ledger
from praya.ledger.checkpoint import Checkpoint, request, signed
from praya.ledger.note import Note, VerifierKey
from praya.ledger.witness import Witness
from praya.project.configuration import DEFAULT_ORIGIN
from praya.provenance import parse_signer
from praya.provenance.signing import new_key

NOW = 1_790_000_000


def filled(root: Path, lines: int, of: str = "x") -> Ledger:
    ledger = Ledger(open_store(root))
    ledger.record_all("snapshot", "data", [{of: number} for number in range(lines)])
    return ledger


def asked(ledger: Ledger, old: int) -> bytes:
    leaves = leaves_of(ledger)
    return request(leaves, old, signed(leaves, own_signer().private, DEFAULT_ORIGIN))


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    one = Witness(tmp_path / "witness")
    one.believe(VerifierKey("praya.invalid/ledger", own_signer().private.public_key().public_bytes_raw()))
    return one


def test_it_cosigns_what_grew_and_keeps_it(witness: Witness, tmp_path: Path) -> None:
    ledger = filled(tmp_path / "store", 3)
    first = witness.cosign(asked(ledger, 0), NOW)
    assert witness.vkey.signed(first) == NOW
    filled(tmp_path / "store", 10)
    second = witness.cosign(asked(ledger, 3), NOW + 1)
    assert Checkpoint.parse(second).size == 10 and witness.last() == Checkpoint.parse(second)
    assert witness.cosign(asked(ledger, 10), NOW + 2) != second, "the same may be seen again"
    assert ((witness.folder / "witness.key").stat().st_mode & 0o777) == 0o600


def test_it_refuses_what_was_rewritten_shortened_or_is_not_where_it_was_left(
    witness: Witness, tmp_path: Path
) -> None:
    ledger = filled(tmp_path / "store", 5)
    witness.cosign(asked(ledger, 0), NOW)
    kept = (witness.folder / "checkpoint").read_bytes()
    for lines, old, *values in (
        (9, 5, "rewritten"),
        (5, 5, "rewritten"),
        (3, 0, "3 lines", "had 5"),
    ):
        other = filled(tmp_path / f"other-{lines}", lines, "y")
        with stops(codes.ledger.WITNESS_REFUSED, *values):
            witness.cosign(asked(other, old), NOW)
    filled(tmp_path / "store", 9)
    for old in (0, 4, 6):
        with stops(codes.ledger.WITNESS_REFUSED, "--since 5"):
            witness.cosign(asked(ledger, old), NOW)
    assert (witness.folder / "checkpoint").read_bytes() == kept


def test_it_refuses_who_it_does_not_believe(witness: Witness, tmp_path: Path) -> None:
    leaves = leaves_of(filled(tmp_path / "store", 2))
    note = signed(leaves, parse_signer(new_key()).private, DEFAULT_ORIGIN)
    with stops(codes.ledger.CHECKPOINT_SIGNED_BY_OTHER_KEY):
        witness.cosign(request(leaves, 0, note), NOW)
    with stops(codes.ledger.CHECKPOINT_NOT_VALID):
        witness.cosign(b"hello", NOW)


def test_publisher_and_witness_by_their_commands(
    facts: way.Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def say(*words: object, status: int = 0) -> str:
        done = CliRunner().invoke(app, [str(word) for word in words])
        assert done.exit_code == status, done.output
        return done.output

    monkeypatch.setenv("PRAYA_STORE", str(facts.root))
    witnesses, ask, back = (tmp_path / name for name in ("witnesses.txt", "ask", "back"))
    monkeypatch.setenv("PRAYA_WITNESSES", str(witnesses))
    folder = tmp_path / "witness"
    witnesses.write_text("# none yet\n")
    assert f"warning: no witness is set up: {witnesses} holds no key" in say("verify")
    assert "three commands" in json.loads(say("verify", "--json"))["warnings"][0]
    keys = json.loads((facts.root / "released/keys/keys.json").read_text())
    vkey = say(
        "witness", folder, "--name", "second.example/praya", "--publisher", keys["keys"][0]["note_key"]
    )
    assert vkey.startswith("second.example/praya+") and say("witness", folder) == vkey, (
        "the name stays with the key"
    )
    assert codes.ledger.WITNESS_NAME_DIFFERS.name in say(
        "witness", folder, "--name", "third.example", status=1
    )
    witnesses.write_text(vkey)
    assert "no witness has seen this ledger" in say("verify", status=1)
    say("checkpoint", "--request", ask)
    say("witness", folder, ask, "--output", back)
    assert "lines of the ledger have been witnessed" in say("checkpoint", "--cosigned", back)
    done = say("verify", "--checkpoint", folder / "checkpoint")
    assert (
        "nothing that was read differs from what was recorded of it" in done
        and "reproducible from raw" in done
    )
    told = json.loads(say("verify", "fares", "--json"))
    assert (
        told["warnings"] == told["problems"] == [] and told["versions"][0]["state"] == "reproducible from raw"
    )
    say("checkpoint", "--request", ask)
    say("witness", folder, ask)
    zipped = tmp_path / "evidence.zip"
    assert "reproducible from raw" in say("evidence", "fares", "--output", zipped) and zipped.exists()
    assert "byte for byte" in say("reproduce", f"fares/{facts.version}")
    assert keys["keys"][0]["keyid"] in say("keys", "list")
    way.flip(facts.folder / "fares.csv")
    wrong = json.loads(say("verify", "--json", status=1))["problems"]
    assert [each["where"] for each in wrong] == [str(facts.folder / "fares.csv")]
    assert "is not the same" in say("reproduce", "fares", status=1)
    say("evidence", "nothing", status=2)
    # A ledger that was written anew and signed by the publisher's own key.
    Ledger(open_store(facts.root)).path.unlink()
    filled(facts.root, 40, "y")
    assert codes.ledger.LINES_CHANGED.name in say("checkpoint", "--request", ask, status=1)
    say("checkpoint", "--request", ask, "--anew", "short", status=2)
    say("checkpoint", "--request", ask, "--anew", "The disk was lost, and this is another ledger.")
    assert f"{codes.ledger.WITNESS_REFUSED}: the ledger was rewritten" in say(
        "witness", folder, ask, status=1
    )
    say("checkpoint", "--request", ask, "--since", 0)
    assert f"{codes.ledger.WITNESS_REFUSED}: the request goes on from 0" in say(
        "witness", folder, ask, status=1
    )
    found = list(list_findings(open_store(facts.root), checkpoint=folder / "checkpoint"))
    assert any(each.startswith(f"{folder / 'checkpoint'}: ") and "rewritten" in each for each in found)


def test_others_read_the_statement(facts: way.Made) -> None:
    data = json.loads((facts.folder / "provenance.json").read_text())
    opened = Envelope.from_dict(copy.deepcopy(data))  # it takes its own apart
    public = own_signer().public_key
    key = SSlibKey(data["signatures"][0]["keyid"], "ed25519", "ed25519", {"public": _raw(public).hex()})
    assert opened.verify([key], 1)
    from google.protobuf import json_format
    from in_toto_attestation.v1 import statement_pb2
    from in_toto_attestation.v1.statement import Statement

    read = statement_pb2.Statement()
    json_format.Parse(opened.payload, read)
    Statement.copy_from_pb(read).validate()
    assert read.predicate_type == "https://slsa.dev/provenance/v1" and len(read.subject) == 24


def _raw(public: str) -> bytes:
    from praya.provenance.signing import raw_public

    return raw_public(public)


@pytest.mark.chaos
def test_a_witness_that_is_killed_has_signed_for_what_it_keeps(witness: Witness, tmp_path: Path) -> None:
    ledger = filled(tmp_path / "store", 3)
    witness.cosign(asked(ledger, 0), NOW)
    filled(tmp_path / "store", 6)
    before = (witness.folder / "checkpoint").read_bytes()
    data, out = asked(ledger, 3), tmp_path / "out"
    seen = set()
    for point in range(1, 40):
        (witness.folder / "checkpoint").write_bytes(before)
        out.unlink(missing_ok=True)

        def cosign(point: int = point) -> None:
            Points(witness.folder, die_at=point).install()
            note = witness.cosign(data, NOW)
            out.write_bytes(str(note).encode())

        status = in_child(cosign)
        kept = Checkpoint.parse(Note.parse((witness.folder / "checkpoint").read_bytes())).size
        seen.add((status, kept))
        assert not out.exists() or kept == 6, "what is given out is kept"
        if status == 0:
            break
        assert status == DIED
    assert seen == {(DIED, 3), (DIED, 6), (0, 6)}


@pytest.mark.chaos
@pytest.mark.parametrize("torn", [False, True])
def test_a_writer_that_is_killed_leaves_whole_lines_and_a_chain(tmp_path: Path, torn: bool) -> None:
    root = tmp_path / "store"
    ledger = filled(root, 3)
    whole = ledger.path.read_bytes()
    for point in range(1, 40):
        ledger.path.write_bytes(whole)

        def append(point: int = point) -> None:
            Points(root, die_at=point, torn=torn).install()
            Ledger(open_store(root)).record("verdict", "data", {"n": 1})

        status = in_child(append)
        assert ledger.problems() == [] and ledger.path.read_bytes().startswith(whole)
        assert len(list(ledger)) in (3, 4)
        assert ledger.record("verdict", "data", {"n": 1}).number == 4
        assert ledger.problems() == []
        if status == 0:
            break
        assert status == DIED
    assert point > 2 and status == 0


def test_many_processes_append_at_once_and_each_line_is_there_when_its_writer_goes_on(tmp_path: Path) -> None:
    root = tmp_path / "store"
    open_store(root)
    children = []
    for number in range(4):
        child = os.fork()
        if child == 0:
            ledger = Ledger(open_store(root))
            for n in range(25):
                line = ledger.record("snapshot", f"w{number}", {"n": n})
                if ledger.find("snapshot", f"w{number}", n=n) != line:
                    os._exit(1)
            os._exit(0)
        children.append(child)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * 4
    ledger = Ledger(open_store(root))
    assert ledger.problems() == [] and len(list(ledger)) == 100

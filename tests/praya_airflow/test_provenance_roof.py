"""What Airflow's tasks hand in: which run it is, and the key from a connection; and the nightly part of the archive."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from airflow.sdk.exceptions import AirflowFailException

from made import provenance_way as way
from made.expected import stops
from praya.errors import codes
from praya.provenance.signing import new_key, parse_signer
from praya_airflow import common_tasks, run_context


def test_a_task_tells_which_run_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    context = {
        "dag": SimpleNamespace(dag_id="fares"),
        "run_id": "r",
        "ti": SimpleNamespace(task_id="release"),
    }
    monkeypatch.setattr(run_context, "get_current_context", lambda: context)
    assert run_context.describe_run() == {
        "builder": "urn:praya:builder:airflow", "dag_id": "fares", "run_id": "r", "task_id": "release",
    }  # fmt: skip


@pytest.mark.parametrize("one_line", [False, True])
def test_the_key_of_a_connection_signs(monkeypatch: pytest.MonkeyPatch, one_line: bool) -> None:
    assert run_context.find_run_signer() is None, "without a connection it is the key file's"
    pem = new_key()
    monkeypatch.setenv("PRAYA_SIGNING_CONNECTION", "signing")
    password = pem.replace("\n", "\\n") if one_line else pem
    monkeypatch.setattr(
        "airflow.sdk.bases.hook.BaseHook.get_connection", lambda name: SimpleNamespace(password=password)
    )
    found = run_context.find_run_signer()
    assert found is not None and found.keyid == parse_signer(pem).keyid
    password = ""
    with stops(codes.key.NOT_USABLE, "connection signing"):
        run_context.find_run_signer()


def test_the_audit_fails_on_the_day_of_the_part_that_was_changed(
    facts: way.Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRAYA_STORE", str(facts.root))
    verify = common_tasks.verify.function
    said = verify()
    assert (
        f"; part {(dt.datetime.now(dt.UTC).day - 1) % 28 + 1} of 28, the latest releases and all that changes: "
        in said
    )
    assert said.startswith("nothing that was read differs") and said.endswith("were not read tonight")
    way.flip(facts.root / "released/index.html")
    with pytest.raises(AirflowFailException, match=rf"{codes.verify.PUBLISHED_DIFFERS}: 1 .*index\.html"):
        verify()

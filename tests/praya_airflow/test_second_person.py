"""A request for approval is used up by an answer that counts, and by no other."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
import yaml

from made import accept, contract_dict, field, make_contract
from praya.observe import LogFormat, write_logs
from praya.pipeline.protect import protect_table
from praya.store import Store

pytestmark = pytest.mark.slow

COUNTS = {"class": "aggregated counts", "counts": ["cases"], "reason": "Counts of people by place."}
FIELDS = (field("place"), field("cases", "integer"))


class Asked(BaseException):
    """The request was made again."""


@pytest.fixture
def operator(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The request of a dataset whose threshold was 20 and is 15, and which asks again by raising `Asked`."""
    folder = tmp_path / "contracts" / "hk-dpo"
    folder.mkdir(parents=True)
    weaker = contract_dict(*FIELDS, disclosure=COUNTS | {"threshold": 15})
    (folder / "sample.yaml").write_text(yaml.safe_dump(weaker, allow_unicode=True), "utf-8")
    monkeypatch.setenv("PRAYA_CONTRACTS", str(folder.parent))
    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    strict = make_contract(*FIELDS, disclosure=COUNTS | {"threshold": 20})
    accept(store, strict, b"place,cases\na,120\nb,14\n")
    protect_table(strict, store)
    from praya_airflow.second_person import SecondPersonOperator

    def ask(self: Any, context: Any) -> None:
        raise Asked

    monkeypatch.setattr(SecondPersonOperator, "execute", ask)
    return SecondPersonOperator(task_id="approve", subject="Weaker")


def answer(operator: Any, by: str, option: str = "Approve", **more: Any) -> Any:
    context = {
        "params": {"dataset": "sample"},
        "ti": SimpleNamespace(xcom_pull=lambda task_ids: {"by": "Mary Chan"}),
        "task": operator,
    }
    event = {
        "chosen_options": [option],
        "params_input": {},
        "responded_at": dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
        "responded_by_user": {"id": "1", "name": by},
    }
    return operator.execute_complete(context, event | more)


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("Mary Chan", "it takes a second person"),
        ("CHAN Mary", "it takes a second person"),
        ("viewer", "may not approve a weaker threshold"),
        ("root", "root"),
    ],
)
def test_an_approval_that_does_not_count_leaves_the_request_open(operator: Any, by: str, why: str) -> None:
    lines: list[str] = []
    with write_logs(lines.append, LogFormat.JSON), pytest.raises(Asked):
        answer(operator, by)
    (event,) = map(json.loads, lines)
    assert why in event["reason"] and event["step"] == "approve"


def test_the_answer_of_a_second_person_is_taken(operator: Any) -> None:
    assert answer(operator, "officer")["chosen_options"] == ["Approve"]


def test_a_rejection_by_who_proposed_it_takes_it_back(operator: Any) -> None:
    assert answer(operator, "Mary Chan", "Reject")["chosen_options"] == ["Reject"]


def test_what_nobody_answered_ends_as_before(operator: Any) -> None:
    from airflow.providers.standard.exceptions import HITLTimeoutError

    with pytest.raises(HITLTimeoutError):
        answer(operator, "", error="timeout", error_type="timeout")


def test_where_nothing_waits_any_more_recording_says_so(operator: Any, store: Store) -> None:
    (Path(store.root).parent / "contracts" / "hk-dpo" / "sample.yaml").unlink()
    assert answer(operator, "Mary Chan")["chosen_options"] == ["Approve"]


def test_airflow_empties_an_answered_request_that_is_made_anew() -> None:
    from airflow.api_fastapi.execution_api.datamodels.hitl import HITLDetailRequest
    from airflow.api_fastapi.execution_api.routes.hitl import upsert_hitl_detail
    from airflow.models.hitl import HITLDetail

    number = uuid4()
    kept = HITLDetail(
        ti_id=number,
        options=["Approve", "Reject"],
        subject="Weaker",
        multiple=False,
        params={},
        responded_at=dt.datetime(2026, 1, 5, tzinfo=dt.UTC),
        chosen_options=["Approve"],
        responded_by={"id": "1", "name": "Mary Chan"},
    )
    session: Any = SimpleNamespace(scalar=lambda _: kept, add=lambda _: None)
    asked = HITLDetailRequest(ti_id=number, options=["Approve", "Reject"], subject="Weaker")
    upsert_hitl_detail(number, asked, session)
    assert kept.responded_at is None and kept.chosen_options is None and not kept.response_received

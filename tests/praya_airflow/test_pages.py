"""The pages in the Airflow UI: reports with their evidence and the index, in three languages, for who is logged in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from made import contract_dict, make_contract, put_snapshot
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store import Store


@pytest.fixture
def client(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A browser that is logged in, on a project with one dataset that has been judged."""
    folder, suites = tmp_path / "contracts" / "hk-dpo", tmp_path / "expectations"
    for each in (folder, suites):
        each.mkdir(parents=True)
    (folder / "sample.yaml").write_text(yaml.safe_dump(contract_dict(), allow_unicode=True), "utf-8")
    for name, path in {"CONTRACTS": folder.parent, "EXPECTATIONS": suites, "STORE": store.root}.items():
        monkeypatch.setenv(f"PRAYA_{name}", str(path))
    put_snapshot(store, make_contract(), b"id,name\n1,a\n2,b\n")
    stage_table(make_contract(), store)
    validate_table(make_contract(), store, suites)
    from airflow.api_fastapi.core_api.security import get_user
    from fastapi.testclient import TestClient

    from praya_airflow.pages import app

    app.dependency_overrides[get_user] = lambda: _Anyone()
    with TestClient(app) as browser:
        yield browser
    app.dependency_overrides.clear()


class _Anyone:
    """A user whom the tests let in."""

    def get_id(self) -> str:
        return "mary"

    def get_name(self) -> str:
        return "mary"


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Index for auditors"), ("zh-Hant", "審核索引"), ("zh-Hans", "审核索引")]
)
def test_the_index_is_there_in_three_languages(client, language: str, words: str) -> None:
    answer = client.get("/audit", params={"language": language})
    assert answer.status_code == 200 and words in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_index_is_data_too(client) -> None:
    (one,) = client.get("/audit.json").json()["datasets"]
    assert (one["dataset"], one["verdict"], one["unchecked_fields"]) == ("sample", "passed", ["name"])


def test_another_language_is_wrong_use(client) -> None:
    assert client.get("/audit", params={"language": "fr"}).status_code == 422


def test_who_is_not_logged_in_sees_nothing(client) -> None:
    client.app.dependency_overrides.clear()
    for path in ("/audit", "/audit.json"):
        answer = client.get(path)
        assert answer.status_code == 401 and "sample" not in answer.text

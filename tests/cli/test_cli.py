"""The command line: help with an example, all errors at once, exit statuses that mean something."""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from rich.console import Console
from typer.main import get_command
from typer.testing import CliRunner

from made import contract_dict, make_contract, open_store, project, publish
from praya.assurance.status import Row
from praya.cli.app import app
from praya.cli.summary_table import print_summary
from praya.errors import codes

DONE, WRONG, USAGE, CONTRACTS = 0, 1, 2, 3
FORMER_NAMES = {"report": "verdict"}
COMMANDS = [name for name, command in get_command(app).commands.items() if not command.hidden]  # type: ignore[attr-defined]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project: one place each for contracts, metrics, expectations and the store."""
    for name in ("contracts/hk-dpo", "metrics/register", "expectations", "home"):
        (tmp_path / name).mkdir(parents=True)
        monkeypatch.setenv(f"PRAYA_{name.split('/')[0].upper()}", str(tmp_path / name.split("/")[0]))
    monkeypatch.setenv("PRAYA_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path


def praya(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def add(house: Path, contract: dict[str, Any]) -> None:
    path = house / "contracts" / contract["provider"] / f"{contract['dataset']}.yaml"
    path.write_text(yaml.safe_dump(contract, allow_unicode=True), "utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(command: str) -> None:
    result = praya(command, "--help")
    assert result.exit_code == DONE
    assert f"praya {command}" in result.output.split("Example:")[1]


@pytest.mark.parametrize(("former", "name"), FORMER_NAMES.items())
def test_a_former_name_is_hidden_and_its_help_shows_the_new_one(former: str, name: str) -> None:
    assert get_command(app).commands[former].hidden  # type: ignore[attr-defined]
    assert f"praya {name}" in praya(former, "--help").output


def test_an_unknown_fault_is_wrong_use() -> None:
    result = praya("sources", "--fault", "/x.csv=thunder")
    assert result.exit_code == USAGE and "thunder" in result.output


def test_the_contracts_of_the_project_are_in_order() -> None:
    result = praya("check")
    assert result.exit_code == DONE, result.output
    assert "are in order" in result.output


def test_check_says_all_that_is_wrong_and_nothing_that_only_follows_from_it(house: Path) -> None:
    add(house, contract_dict() | {"owner": "", "category": "weather"})
    add(house, contract_dict() | {"dataset": "other", "frequency": "sometimes"})
    (house / "expectations" / "sample.json").write_text('{"name": "sample", "expectations": []}')
    (house / "expectations" / "nobody.json").write_text("{")
    (house / "metrics" / "register" / "p.yaml").write_text("programme: q")
    (house / "metrics" / "of_sample.sql").write_text("select * from sample")
    result = praya("check")
    assert result.exit_code == CONTRACTS
    for said in (
        "sample.yaml:",
        "owner",
        "category",
        "other.yaml:",
        "frequency",
        "no dataset 'nobody'",
        "p.yaml:",
    ):
        assert said in result.stderr, said
    assert "no dataset 'sample'" not in result.stderr and "of_sample" not in result.stderr


def test_check_finds_a_mart_that_is_not_there_and_sql_that_reads_nothing_known(house: Path) -> None:
    add(house, contract_dict(source={"url": None, "mart": "no_such", "format": "parquet"}))
    (house / "metrics" / "lost.sql").write_text("select * from nowhere")
    result = praya("check")
    assert result.exit_code == CONTRACTS
    assert re.search(
        rf"{codes.measure.MART_UNKNOWN}: \S+sample\.yaml:\d\d: source\.mart: .*no_such\.sql",
        result.stderr,
    )
    assert re.search(rf"{codes.measure.MART_READS_UNKNOWN}: \S+lost\.sql: .*nowhere", result.stderr)


def test_check_gives_a_waiver_its_line(house: Path) -> None:
    waiver = {
        "expectation": "nothing",
        "until": "2027-01-01",
        "reason": "Why it is so.",
        "by": "Head of Data",
    }
    add(house, contract_dict() | {"waivers": [waiver]})
    result = praya("check")
    assert result.exit_code == CONTRACTS
    assert re.search(
        rf"{codes.validate.WAIVER_UNKNOWN}: \S+sample\.yaml:\d\d: waivers\[0\]\.expectation: 'nothing'",
        result.stderr,
    )


@pytest.mark.parametrize("command", [("run", "sample"), ("show",)])
def test_wrong_contracts_stop_every_command_that_needs_them(house: Path, command: tuple[str, ...]) -> None:
    add(house, contract_dict() | {"owner": ""})
    result = praya(*command)
    assert result.exit_code == CONTRACTS and "owner" in result.stderr


@pytest.mark.parametrize("command", ["run", "show"])
def test_a_dataset_that_is_not_there_is_wrong_use(house: Path, command: str) -> None:
    add(house, contract_dict())
    result = praya(command, "smaple")
    assert result.exit_code == USAGE and "'smaple'" in result.stderr


def test_show_says_what_is_not_released_and_why_within_80_columns(house: Path) -> None:
    add(house, contract_dict() | {"dataset": "a-dataset-with-quite-a-long-name-as-departments-have-them"})
    result = praya("show")
    assert result.exit_code == WRONG
    assert "nothing has been collected yet" in " ".join(result.stdout.split())
    assert max(len(line) for line in result.stdout.splitlines()) <= 80


def test_the_summary_keeps_its_figures_whole_in_a_narrow_terminal() -> None:
    text = io.StringIO()
    row = Row("a-dataset-with-quite-a-long-name", 12345, 12, "passed", "20260105T020000Z-2", 9, 1234567, "")
    print_summary([row], Console(file=text, width=60))
    assert {"12,345", "12", "1,234,567"} <= set(text.getvalue().split())
    assert max(len(line) for line in text.getvalue().splitlines()) <= 60


def test_verify_is_quiet_in_order_and_names_what_was_changed(house: Path) -> None:
    assert praya("verify").exit_code == DONE
    folder = publish(open_store(project().store_folder), make_contract(), b"id,name\n1,a\n")
    result = praya("verify")
    assert result.exit_code == DONE, result.output
    assert "nothing that was read differs from what was recorded of it" in result.stdout
    assert re.search(r"read: \d+ files, [\d,]+ bytes, 3 lines of the ledger\n", result.stdout)
    (folder / "sample.csv").write_bytes(b"id,name\r\n1,b\r\n")
    result = praya("verify", "sample")
    assert result.exit_code == WRONG and f"{folder / 'sample.csv'}: was changed" in result.stderr


@pytest.fixture
def department(house: Path) -> Iterator[Path]:
    """A dataset whose source is a file; gives the file."""
    served = house / "served" / "sample.csv"
    served.parent.mkdir()
    add(
        house,
        contract_dict(source={"url": f"file://{served}"}, quality={"max_quarantined_rows": 1, "min_rows": 1}),
    )
    yield served
    shutil.rmtree(served.parent)


def test_a_dataset_goes_the_whole_way_and_stops_where_it_should(house: Path, department: Path) -> None:
    # The one test here that pays for Great Expectations.
    department.write_bytes(b"id,name\n1,a\n2,b\nx,c\n")
    result = praya("run", "sample")
    assert result.exit_code == DONE, result.output
    (version,) = [path for path in (house / "store" / "released" / "sample").iterdir() if path.is_dir()]
    assert f"released sample {version.name}" in result.stdout
    assert (version / "sample.csv").read_bytes() == b"\xef\xbb\xbfid,name\r\n1,a\r\n2,b\r\n"
    assert (house / "store" / "released" / "index.html").is_file()

    result = praya("run", "sample")
    assert result.exit_code == DONE and f"nothing new, {version.name} stays the latest" in result.stdout
    result = praya("show", "sample")
    assert result.exit_code == DONE, result.output
    assert version.name[:8] in result.stdout and "quarantine.parquet" in result.stdout
    assert praya("verify").exit_code == DONE

    department.write_bytes(b"<!DOCTYPE html><p>Log in</p>")
    result = praya("run", "sample")
    assert result.exit_code == WRONG and codes.source.NO_DATA_IN_BODY.name in result.stderr
    department.write_bytes(b"id,name\nx,a\ny,b\n")
    result = praya("run", "sample")
    assert result.exit_code == WRONG and "2 of 2 rows" in result.stderr
    assert codes.stage.ROWS_OUTSIDE_LIMITS.name in result.stderr
    result = praya("show", "sample")
    assert result.exit_code == WRONG and "2 of 2 rows" in result.stdout.replace("\n", " ")
    assert praya("verify").exit_code == DONE
    assert [path for path in version.parent.iterdir() if path.is_dir()] == [version]


def logged(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit status and events of a command whose standard error is nothing but JSON lines."""
    with pytest.raises(SystemExit) as ended:
        app(list(arguments))
    return int(str(ended.value.code)), [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_run_logs_json_lines_with_its_fields_and_no_value_of_a_row(
    house: Path, department: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRAYA_LOG", "json")
    department.write_bytes(b"id,name\n1,Chan Tai Man A123456(7)\nx,hunter2 5123 4567\n")
    status, events = logged(capsys, "run", "sample")
    assert status == DONE
    in_step = [event for event in events if event.get("step") == "release"]
    assert in_step and {event["dataset"] for event in in_step} == {"sample"}
    assert len({event["run"] for event in events}) == 1 and events[0]["run"].startswith("praya-")
    assert {"catalogue written", "ledger signed"} <= {event["event"] for event in events}
    text = json.dumps(events)
    assert not [value for value in ("A123456", "hunter2", "5123 4567", "Chan Tai Man") if value in text]


def test_errors_of_a_command_are_json_too(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRAYA_LOG", "json")
    add(house, contract_dict())
    for arguments in (["run", "smaple"], ["run"]):
        status, events = logged(capsys, *arguments)
        assert status == USAGE and [event["level"] for event in events] == ["error"]


def test_another_kind_of_log_is_wrong_use(
    house: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PRAYA_LOG", "xml")
    with pytest.raises(SystemExit) as ended:
        app(["errors"])
    assert ended.value.code == USAGE and "PRAYA_LOG" in capsys.readouterr().err

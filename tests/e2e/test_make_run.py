"""The main job through real Airflow, in the order in which a person would meet it: first run, second run,
broken sources with a new contract beside them, sources that are well again."""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from e2e.conftest import ROOT, Bench
from full import FULL
from made import open_store, own_signer, project
from made.centre import differences
from praya.assurance.evidence import write_evidence
from praya.assurance.verify import list_findings
from praya.contract import load_contracts
from praya.ledger import Ledger
from praya.store import Store
from praya_hk.sources.contact_centre import month, truth

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1500)]

NEW_CONTRACT = """
dataset: ferry-fares
provider: hk-td
title: {en: Ferry fares, zh-Hant: 渡輪票價}
description: {en: Adult fares of ferry routes., zh-Hant: 各渡輪航線的成人票價。}
category: transport
frequency: monthly
licence: data-gov-hk
contact: {name: {en: Transport Department, zh-Hant: 運輸署}, email: opendata@example.gov.hk}
owner: td-open-data
source: {connection: CONNECTION, path: /td/fares.csv, format: csv}
schema:
  fields:
    - {name: route, type: string, title: {en: Route, zh-Hant: 航線}, source: Route No., constraints: {required: true}}
    - {name: fare, type: number, decimals: 1, unit: HKD, title: {en: Adult fare, zh-Hant: 成人票價}}
  primaryKey: [route]
disclosure: {class: public facts, reason: Fares are published on every pier.}
"""


def versions(bench: Bench) -> set[str]:
    return {
        f"{path.parent.parent.name}/{path.parent.name}" for path in bench.released.glob("*/*/manifest.json")
    }


def test_1_first_run_releases_every_figure_of_the_documents(bench: Bench) -> None:
    status, printed = bench.run()
    assert status == 0, printed
    contracts = load_contracts(project(contracts=bench.home / "contracts"))
    # Of one month no period in print is complete: the reconciliation has no row, and no release.
    assert set(bench.latest()) == {one.dataset for one in contracts if one.released} - {"1823-reconciliation"}
    said = "".join(printed.split())
    assert all(one.dataset in said for one in contracts) and "index.html" in printed
    assert "head-135-provision: validate done" in printed, "progress says which DAG and which task"
    expected = [
        row
        for path in sorted((ROOT / "tests" / "content").glob("golden_observations*.csv"))
        for row in csv.DictReader(path.read_text("utf-8-sig").splitlines())
    ]
    with bench.csv("programme-observations").open(encoding="utf-8-sig", newline="") as file:
        found = {(row["metric"], row["period"], row["stage"]): row for row in csv.DictReader(file)}
    assert len(expected) == len(found) > 100
    for row in expected:
        released = found[row["metric"], row["period"], row["stage"]]
        assert float(released["value"]) == float(row["value"]), row
        assert released["source_document"] and released["source_locator"], row
    often = [name.partition("/")[0] for name in versions(bench)]
    assert {name: often.count(name) for name in often} == dict.fromkeys(bench.latest(), 1), (
        "one round of runs gives one version of each dataset"
    )
    assert bench.left_over() == []
    assert list(list_findings(open_store(bench.home / "var" / "store"))) == []
    with duckdb.connect(str(bench.home / "var" / "store" / "warehouse.duckdb"), read_only=True) as con:
        assert con.sql("select count(*) from programme_observations").fetchall() == [(len(found),)]


def test_1a_a_month_of_records_went_in_and_nothing_personal_came_out(bench: Bench) -> None:
    store = bench.home / "var" / "store"
    counted = json.loads((store / "state" / "1823-calls" / "2023-01" / "accepted.json").read_text())
    assert counted["rows"] > 150_000 and counted["synthetic"]
    listed = json.loads((bench.released / "catalogue.json").read_text())["datasets"]
    made = {one["dataset"] for one in listed if one["synthetic"]}
    assert made == {
        one.dataset
        for one in load_contracts(project(contracts=bench.home / "contracts"))
        if one.released and one.synthetic and one.dataset != "1823-reconciliation"
    }
    raw = b"".join(path.read_bytes() for path in (store / "raw").iterdir())
    for kind in PERSONAL:
        assert re.search(kind, raw), "the source sends such values, or this test proves nothing"
    leaks = [
        str(path) for path in sorted((bench.home / "var").rglob("*")) if path.is_file() and leaky(path, bench)
    ]
    assert leaks == []


def test_1b_every_measure_of_the_month_is_the_truth_of_the_source(bench: Bench) -> None:
    with duckdb.connect(str(bench.home / "var" / "store" / "warehouse.duckdb"), read_only=True) as con:
        assert differences(con, truth(month("2023-01")), "2023-01") == {}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_1c_nothing_that_people_are_shown_tells_a_count_that_was_changed(bench: Bench) -> None:
    """Data files, dictionaries, manifests, reports, the ledger; Airflow's events, XComs, messages and logs.

    Every true count of the 1823 tables that is no multiple of 5 is looked for, as are the numbers of records: all of
    them in what is about 1823, and elsewhere, where other figures stand and files have sizes, those of five digits.
    """
    var = bench.home / "var"
    true = {number for number in true_counts(var / "store", at_least=1_000) if not 1990 <= number <= 2030}
    shown = [*bench.released.rglob("*"), *(var / "store" / "verdicts").rglob("*")]
    shown += [var / "store" / "ledger" / "ledger.jsonl"]
    texts = {str(path): text_of(path) for path in shown if path.is_file()}
    assert len(true) > 200 and len(texts) > 200
    rounded, there = (
        {(number + 2) // 5 * 5 for number in true},
        set[int]().union(*map(numbers, texts.values())),
    )
    assert len(rounded & there) > 0.8 * len(rounded), (
        "what is published of them is found, or nothing would be"
    )
    told = {
        path: found
        for path, text in texts.items()
        if (found := {number for number in numbers(text) & true if "/1823-" in path or number >= 10_000})
    }
    assert told == {}
    # In logs and in the database are clocks, ports and process ids too, but not of six digits.
    large = {number for number in true if number >= 100_000}
    assert len(large) >= 5
    running = [
        path
        for folder in ("airflow", "logs/tasks")
        for path in (var / folder).rglob("*")
        if path.is_file() and path.suffix != ".json"
    ]
    # Airflow prints moments as datetime.datetime(…, 135134, …), with microseconds of six digits.
    texts = {str(path): re.sub(r"datetime\.datetime\([^)]*\)", "", text_of(path)) for path in running}
    told = {path: found for path, text in texts.items() if (found := numbers(text) & large)}
    assert told == {}


def test_1d_the_log_of_a_task_has_its_fields_on_every_line_of_praya(bench: Bench) -> None:
    (file,) = (bench.home / "var" / "logs" / "tasks").glob(
        "dag_id=synthetic-1823/run_id=praya__*/task_id=1823-calls/attempt=1.log"
    )
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    own = [event for event in events if event["logger"].startswith("praya")]
    run = file.parts[-3].removeprefix("run_id=")
    for event in own:
        assert (event["dataset"], event["run"], event["partition"]) == ("1823-calls", run, "2023-01"), event
    ended = [event["step"] for event in own if event["event"] == "step ended" and event["seconds"] >= 0]
    assert ended == ["collect", "stage", "validate"]


@pytest.mark.full
def test_1e_the_evidence_of_every_release_passes_its_own_verifier(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And of tables of counts it holds no name of anything that is made from the true table, nor does what is out."""
    monkeypatch.setenv("PRAYA_HOME", bench.environment["PRAYA_HOME"])
    monkeypatch.delenv("PRAYA_SIGNING_KEY_FILE")
    store, contracts = (
        open_store(bench.home / "var" / "store"),
        load_contracts(project(contracts=bench.home / "contracts")),
    )
    closed = {
        one.dataset for one in contracts if one.disclosure.class_ not in ("public facts", "public register")
    }
    hidden = hidden_names(store, closed)
    assert len(hidden) > 100
    (tmp_path / "witnesses").touch()
    found: dict[str, str] = {}
    for dataset, version in bench.latest().items():
        file = tmp_path / f"{dataset}.zip"
        write_evidence(store, dataset, version, file, tmp_path / "witnesses")
        with zipfile.ZipFile(file) as archive:
            (tmp_path / "verify.py").write_bytes(archive.read("verify.py"))
            assert "index.json" in archive.namelist()
            texts = {name: archive.read(name) for name in archive.namelist()}
        command = [
            sys.executable,
            "-I",
            str(tmp_path / "verify.py"),
            str(file),
            own_signer().keyid,
        ]
        done = subprocess.run(
            command, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, check=False
        )
        if done.returncode:
            found[dataset] = done.stdout + done.stderr
        found |= {
            f"{dataset}: {name}": one for name, data in texts.items() for one in names_in(data) & hidden
        }
        file.unlink()
    assert found == {}
    out = {
        str(path): names_in(path.read_bytes()) & hidden
        for path in bench.released.rglob("*")
        if path.is_file()
    }
    assert {path: names for path, names in out.items() if names} == {}


def hidden_names(store: Store, closed: set[str]) -> set[str]:
    """The hashes that are made from the tables of counts and of records: as the ledger's lines and states name them."""
    found = {path.name for mart in store.path("marts").iterdir() for path in mart.iterdir()}
    for line in Ledger(store):
        if line.subject.partition("/")[0] in closed and line.kind in ("snapshot", "verdict", "disclosure"):
            body = {key: value for key, value in line.body.items() if key not in ("table_sha256", "policy")}
            found |= {value for value in body.values() if isinstance(value, str) and len(value) == 64}
            found |= {line.event, line.salt}
    for dataset in closed:
        for step in ("collected", "staged", "validated", "accepted"):  # what was protected is out
            for path in (store.root / "state" / dataset).rglob(f"{step}.json"):
                found |= names_in(path.read_bytes())
    return found


def names_in(data: bytes) -> set[str]:
    """Every hash and salt in the data, as hex, also in what is in base64."""
    found = {
        one.decode() for one in re.findall(rb"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])", data)
    }
    for text in re.findall(rb"[A-Za-z0-9+/]{43}=", data):
        found.add(base64.b64decode(text).hex())
    return found


def true_counts(store: Path, at_least: int) -> set[int]:
    """The counts in the accepted tables of counts, and the numbers of records, that are no multiples of 5."""
    found: set[int] = set()
    with duckdb.connect() as con:
        for one in load_contracts(project(contracts=ROOT / "include" / "contracts")):
            states = [store / "state" / one.dataset / "accepted.json"]
            states += (store / "state" / one.dataset).glob("*/accepted.json")
            for state in (json.loads(path.read_text()) for path in states if path.is_file()):
                if one.disclosure.class_ == "personal records":
                    found.add(state["rows"])
                for name in one.disclosure.counts:
                    found |= {
                        value
                        for (value,) in con.execute(
                            f"select distinct {name} from '{store / state['table']}' where {name} is not null"
                        ).fetchall()
                    }
    return {number for number in found if number >= at_least and number % 5}


# What numbers stand for that count nobody: sizes of files, as manifests, pages and the metadata standards spell them,
# and the years in the names of vocabularies.
OTHER = (
    r"http://www\.w3\.org/[\w/]+",
    r'"(bytes|size|dcat:byteSize)": ?\d+',
    r'"contentSize": "\d+ B"',
    r'"@value": "\d+",\s+"@type": "xsd:nonNegativeInteger"',
    r'"\d+"\^\^xsd:nonNegativeInteger',
    r"\([\d,]+ bytes\)",
)


def text_of(path: Path) -> str:
    if path.suffix == ".parquet":
        with duckdb.connect() as con:
            rows = con.execute(f"select to_json(t)::varchar from '{path}' as t").fetchall()
            return "\n".join(text for (text,) in rows)
    if path.suffix == ".xlsx":
        # Of the packed bytes, and of the rows' numbers in the sheets, some would look like a count by chance.
        book = openpyxl.load_workbook(path, read_only=True)
        cells = (cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        return "\n".join(str(cell) for cell in cells if cell is not None)
    if path.suffix == ".pdf":
        # So would the places of its objects.
        return subprocess.run(
            ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
        ).stdout
    return re.sub("|".join(OTHER), "", path.read_text("utf-8", errors="replace"))


def numbers(text: str) -> set[int]:
    """The whole numbers that stand by themselves in a text, with or without separators of thousands."""
    alone = re.findall(r"(?<![\w.#%-])\d+(?![\w.%-])", text.replace(",", " "))
    grouped = re.findall(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])", text)
    return {int(number.replace(",", "")) for number in (*alone, *grouped)}


# The generator's own patterns: addresses of mail, and identity cards with their check digit.
PERSONAL = (rb"@mail\.example", rb"ZZ\d{6}\([0-9A]\)")


def leaky(path: Path, bench: Bench) -> bool:
    """Whether a file that the run wrote outside the raw area and the source's own cache holds personal values."""
    var = bench.home / "var"
    if path.is_relative_to(var / "store" / "raw") or path.is_relative_to(var / "sources"):
        return False
    if path.suffix == ".parquet":
        with duckdb.connect() as con:
            return holds(con, f"read_parquet('{path}')")
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as con:
            tables = con.sql("select table_name from duckdb_tables()").fetchall()
            return any(holds(con, f'"{name}"') for (name,) in tables)
    return any(re.search(kind, path.read_bytes()) for kind in PERSONAL)


def holds(con: duckdb.DuckDBPyConnection, table: str) -> bool:
    pattern = "|".join(kind.decode() for kind in PERSONAL)
    (found,) = con.execute(
        f"select count(*) from {table} as r where regexp_matches(to_json(r)::varchar, ?)", [pattern]
    ).fetchone() or (0,)
    return bool(found)


def test_2_second_run_finds_nothing_new_and_says_so(bench: Bench) -> None:
    before = versions(bench)
    status, printed = bench.run()
    assert status == 0, printed
    assert "nothing new" in printed.lower()
    assert versions(bench) == before


def test_3_broken_sources_stop_where_they_should_and_a_new_contract_is_released(bench: Bench) -> None:
    before = bench.latest()
    sources = bench.home / "sources"
    provision = sources / "head-135" / "provision.csv"
    shutil.copy(provision, bench.home / "provision.csv")
    text = provision.read_text("utf-8-sig")
    assert text.count(",582.8,") == 1
    provision.write_text(text.replace(",582.8,", ",592.8,"), "utf-8")
    subheads = sources / "head-135" / "subheads.csv"
    shutil.copy(subheads, bench.home / "subheads.csv")
    lines = subheads.read_text("utf-8-sig").split("\n", 1)
    first, rest = lines[0].split(",", 1)
    subheads.write_text(f"{first} (revised),{rest}\n{lines[1]}", "utf-8")
    (sources / "itf" / "figures.csv").rename(bench.home / "figures.csv")
    (sources / "td").mkdir()
    (sources / "td" / "fares.csv").write_text("Route No.,fare\nNorth Point,7.0\nMui Wo,33.4\n")
    model = (bench.home / "contracts" / "hk-itib" / "head-135-provision.yaml").read_text()
    connection = model.split("connection:")[1].split()[0].rstrip(",}")
    contract = bench.home / "contracts" / "hk-td" / "ferry-fares.yaml"
    contract.parent.mkdir()
    contract.write_text(NEW_CONTRACT.strip().replace("CONNECTION", connection))
    assert len(contract.read_text().splitlines()) <= 40

    status, printed = bench.run()

    assert status == 1, printed
    said = " ".join(printed.split())
    assert "head-135-provision" in said and "592.8" in said, printed
    assert f"missing: {first}" in said and f"'{first} (revised)'" in said, (
        "which column is gone, which is new"
    )
    assert "/itf/figures.csv answered 404" in said
    latest = bench.latest()
    assert {name: latest[name] for name in before} == before, "the last good releases stay in the catalogue"
    assert (
        bench.csv("ferry-fares").read_bytes()
        == b"\xef\xbb\xbfroute,fare\r\nMui Wo,33.4\r\nNorth Point,7.0\r\n"
    )


@pytest.mark.full
def test_4_when_the_sources_are_well_again_the_next_run_completes(bench: Bench) -> None:
    sources = bench.home / "sources"
    shutil.copy(bench.home / "provision.csv", sources / "head-135" / "provision.csv")
    shutil.copy(bench.home / "subheads.csv", sources / "head-135" / "subheads.csv")
    shutil.copy(bench.home / "figures.csv", sources / "itf" / "figures.csv")
    before = bench.latest()
    status, printed = bench.run()
    assert status == 0, printed
    assert bench.latest() == before, "the content is what it was: no new release"


@pytest.mark.full
def test_5_sources_that_fail_on_the_way_are_told_apart_and_change_nothing(bench: Bench) -> None:
    before = bench.latest()
    contract = bench.home / "contracts" / "hk-dpo" / "public-holidays.yaml"
    text = contract.read_text()
    contract.write_text(text.replace("format: json", "format: json\n  timeout_seconds: 0.3", 1))
    assert contract.read_text() != text
    faults = {
        "/head-135/provision.csv": "500",
        "/head-135/subheads.csv": "truncated",
        "/head-135/changes.csv": "html",
        "/itf/figures.csv": "empty",
        "/common/ical/tc.json": "silent",
    }
    bench.environment["PRAYA_SOURCES_FAULTS"] = " ".join(f"{path}={kind}" for path, kind in faults.items())
    status, printed = bench.run()
    del bench.environment["PRAYA_SOURCES_FAULTS"]
    said = " ".join(printed.split())
    assert status == 1, printed
    assert "/head-135/provision.csv answered 500" in said
    assert "/head-135/subheads.csv sent a truncated" in said
    assert "/head-135/changes.csv sent a web page where CSV was expected" in said
    assert "/itf/figures.csv sent an empty body" in said
    assert "/common/ical/tc.json kept silent for longer than 0.3 s" in said
    assert bench.latest() == before, "the last good releases stay in the catalogue"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL] if FULL else [signal.SIGKILL])
def test_6_nothing_outlives_a_run_that_is_ended(how: signal.Signals, bench: Bench) -> None:
    process = bench.start()
    deadline = time.monotonic() + 120
    while not any("scheduler" in line for line in bench.left_over()):
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.2)
    process.send_signal(how)
    process.communicate(timeout=60)
    assert process.returncode != 0
    deadline = time.monotonic() + 40
    while bench.left_over() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert bench.left_over() == []

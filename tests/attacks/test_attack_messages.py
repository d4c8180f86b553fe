"""Nothing from outside reaches a terminal, a log, a state, the ledger or a page but shortened, escaped and masked."""

from __future__ import annotations

import base64
import gzip
import io
import json
import secrets
import socket
import subprocess
import sys
import threading
import traceback
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attacks.outside_values import unsafe
from made import contract_dict, make_contract, open_store, project, put_snapshot, text
from made.expected import stops
from praya.assurance.status import record_problem
from praya.cli.terminal import PlainConsole
from praya.contract import load_contract
from praya.errors import ContractError, Crash, PrayaError, SourceUnavailable, codes
from praya.ledger import Ledger
from praya.pipeline.stage import stage_table
from praya.store import Store
from praya.store.states import Problem
from praya.text.outside import (
    MASKED,
    clean,
    clean_values,
    describe_crash,
    escape,
    escape_markdown,
    quote,
    quote_all,
)
from praya.text.templating import templates

pytestmark = pytest.mark.slow

KNOWN = 12  # characters of a secret that may stand in a row
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0"
SLOW = settings(
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

# The shapes in which secrets lie in files, headers and addresses; `{}` is the secret.
SHAPES = [
    "PRAYA_KEY={}", "password={}", 'password: "{}"', "token={}&page=2", "https://user:{}@example.gov.hk/x",
    "https://example.gov.hk/x?sig={}", "Authorization: Bearer {}", "Authorization: Basic {}", "Set-Cookie: sid={}",
    '{{"api_key": "{}"}}', "HOME=/root\0SECRET_TOKEN={}\0PATH=/bin", "{}", "id,name\n{},x", "x {} y",
    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", "-----BEGIN OPENSSH PRIVATE KEY-----\n{}",
    "AWS_SECRET_ACCESS_KEY={}", "postgres://praya:{}@db/airflow", "X-Api-Key: {}", "fernet_key = {}",
]  # fmt: skip


def token(draw: Callable[..., Any]) -> str:
    """A secret as machines draw them."""
    data = draw(st.binary(min_size=24, max_size=40))
    form = draw(st.sampled_from(["hex", "base64", "url", "base32"]))
    if form == "hex":
        return secrets_like(data).hex()  # a row of zeros stands in every chain of hashes
    made = {"base64": base64.b64encode, "url": base64.urlsafe_b64encode, "base32": base64.b32encode}[form]
    return made(secrets_like(data)).decode().rstrip("=")


def secrets_like(data: bytes) -> bytes:
    """The bytes without a pattern, which a key has none of."""
    import hashlib

    return hashlib.sha512(data).digest()[: len(data)]


@st.composite
def planted(draw: Callable[..., Any]) -> tuple[str, str]:
    """A text with a secret in it, and the secret."""
    secret = token(draw)
    noise = draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
    return noise + draw(st.sampled_from(SHAPES)).format(secret) + draw(
        st.sampled_from(["", "\n", " " + noise])
    ), secret


def hidden(shown: str, keep: str = "\n") -> list[str]:
    """Characters that have no business in what is shown."""
    return [one for one in shown if one not in keep and unicodedata.category(one) in HIDDEN]


def told(secret: str, shown: str) -> int:
    """The length of the longest part of the secret that stands in what is shown."""
    best = 0
    for start in range(len(secret)):
        while start + best < len(secret) and secret[start : start + best + 1] in shown:
            best += 1
    return best


def recorded(store: Store) -> str:
    """What the store says to people: states, ledger, receipts."""
    areas = ("state", "ledger", "receipts")
    files = (path for area in areas for path in store.path(area).rglob("*") if path.is_file())
    return "\n".join(path.read_text("utf-8") for path in sorted(files))


# --- the function ----------------------------------------------------------------------------------------


@settings(SLOW, max_examples=300)
@given(value=st.text() | st.binary(), length=st.integers(4, 90))
def test_any_value_is_one_short_line_without_hidden_characters(value: str | bytes, length: int) -> None:
    shown = quote(value, length)
    assert len(shown) <= length and not hidden(shown, "") and quote(shown, length) == shown
    shown.encode()


@settings(SLOW, max_examples=300)
@given(value=st.text())
def test_a_cleaned_message_keeps_its_lines_and_stays_as_it_is(value: str) -> None:
    shown = clean(value)
    assert not hidden(shown, "\n\t") and clean(shown) == shown
    assert shown.count("\n") == value.count("\n") or MASKED in shown
    assert json.loads(json.dumps(clean_values({value: [value]}))) == {shown: [shown]}


def test_every_character_is_escaped_if_and_only_if_it_is_hidden() -> None:
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        hidden = unicodedata.category(character) in HIDDEN or character in BLANK
        assert (escape(f"a{character}b") == f"a{character}b") == (not hidden or character in "\n\t"), hex(
            number
        )


@SLOW
@given(st.text(max_size=40))
def test_a_text_is_escaped_character_by_character(value: str) -> None:
    assert escape(value) == "".join(map(escape, value))


@settings(SLOW, max_examples=400)
@given(both=planted())
def test_no_secret_is_told_in_whatever_shape_it_stands(both: tuple[str, str]) -> None:
    value, secret = both
    assert told(secret, quote(value, 200)) <= KNOWN
    assert told(secret, quote(value.encode(), 200)) <= KNOWN
    assert told(secret, quote_all([value, value], 200)) <= KNOWN
    assert told(secret, str(escape_markdown(value))) <= KNOWN


@pytest.mark.parametrize(
    "shape", [one for one in SHAPES if "{}" not in (one, one[2:], one[:2]) and "x {}" not in one]
)
def test_a_named_secret_is_told_in_no_message_of_our_own_either(shape: str) -> None:
    secret = "S3cretValue/+9" + "zQ8" * 6
    if shape in ("token={}&page=2", "id,name\n{},x"):
        return
    message = f"sample: it says: {shape.format(secret)}"
    if ': "' in shape or "api_key" in shape:  # a colon is common in sentences: there only `quote` masks
        message = quote(message, 300)
    assert told(secret, clean(message)) <= KNOWN, clean(message)
    assert told(secret, str(PrayaError(codes.internal.CRASH, message))) <= KNOWN


@pytest.mark.parametrize(
    "value",
    [
        "5123 4567", "5123-4567", "8688_6543", "５１２３４５６７", "①②③④⑤⑥⑦⑧", "A123456(7)", "a b@example.gov.hk",
        "mary(at)example.com", "+852 5123 4567", "5\u200b1\u200b2\u200b3\u200b4567", "K1234567",
    ],
)  # fmt: skip
def test_personal_data_in_a_value_are_masked(value: str) -> None:
    shown = quote(f"row 3: {value}")
    assert MASKED in shown and sum(one.isdigit() for one in shown) <= 3


@pytest.mark.parametrize(
    "value",
    [
        "2026-11-22", "20261122T061500Z", "20261122T061500Z-2", "head-135-provision", "1,234.5", "22.319303",
        "within_3h_of_receipt_total_count", "Hong Kong Special Administrative Region", "香港特別行政區",
        "https://www.example.gov.hk/data/file.csv?month=2023-01", "NumberOfPassengersCarried", "Café",
    ],
)  # fmt: skip
def test_what_is_no_secret_can_be_read(value: str) -> None:
    assert quote(value, 120) == value and clean(value) == value


def test_masking_takes_no_longer_for_what_is_made_to_take_long() -> None:
    """Were it the square of the length, the suite's own time-out would end it."""
    for part in ("a", "1", "=", "://", "-----BEGIN ", "x@", "token", "Ab1-", "password=", '"', "1 "):
        assert len(quote(part * 200_000, 2_000)) <= 2_000
        assert clean(part * 200_000)


# --- sources of every kind -------------------------------------------------------------------------------

FORMATS = ["csv", "json", "parquet"]


@settings(SLOW, max_examples=60)
@given(both=planted(), kind=st.sampled_from(FORMATS), before=st.binary(max_size=30), personal=st.booleans())
def test_an_unexpected_file_is_not_quoted(
    tmp_path_factory: pytest.TempPathFactory, both: tuple[str, str], kind: str, before: bytes, personal: bool
) -> None:
    value, secret = both
    store = open_store(tmp_path_factory.mktemp("file") / "store")
    rules = {"class": "personal records", "reason": "Records of persons, kept back."}
    changes: dict[str, Any] = {"source": {"format": kind}, "quality": {"min_rows": 5}}
    if personal:
        changes |= {
            "disclosure": rules,
            "retention": {"raw_days": 30, "ground": "Needed for a month to answer complaints."},
        }
    contract = make_contract(**changes)
    for data in (
        value.encode(),
        before + value.encode(),
        f"id,name\n1,{value}\n".encode(),
        f'[{{"{secret}": 1}}]'.encode(),
    ):
        put_snapshot(store, contract, data)
        said = ""
        try:
            with record_problem(store, "sample", "stage"):
                stage_table(contract, store)
        except PrayaError as error:
            said = str(error)
        shown = said + recorded(store)
        assert told(secret, shown) <= KNOWN, shown
        assert not hidden(said) and not hidden(recorded(store)), said


def test_the_first_line_of_another_file_is_not_shown_at_all(store: Store) -> None:
    contract = make_contract()
    put_snapshot(store, contract, "陳大文,hunter2,Flat 3A\n李小明,x,y\n".encode())
    with stops(codes.stage.COLUMNS_CHANGED, "3, which are not shown") as failed:
        stage_table(contract, store)
    for part in ("陳大文", "hunter2", "Flat"):
        assert part not in str(failed.value)


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """A server on loopback that answers every request with these bytes, whatever they are."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        over = threading.Event()

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    continue
                with connection:
                    connection.settimeout(1)
                    try:
                        connection.recv(65536)
                        connection.sendall(answer)
                    except OSError:
                        pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.csv"
        over.set()
        thread.join()


SECRET = "hT7kQ29xVb3LmN8pR5sW1yZc"
ANSWERS = [
    b"HTTP/1.1 404 \x1b]8;;http://evil\x07click\x1b[0m password=" + SECRET.encode() + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nServer: \x1b[31m\xe2\x80\xae" + SECRET.encode() + b"\r\nETag: \"token=" + SECRET.encode()
    + b"\"\r\nContent-Length: 12\r\n\r\nid,name\n1,a\n",
    b"\x1b[2J" + SECRET.encode() + b" is no HTTP\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 30\r\n\r\n" + SECRET.encode() + b"123456",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<html>\x1b[0",
    b"HTTP/1.1 200 OK\r\nContent-Length: " + SECRET.encode() + b"\r\n\r\nid",
    b"HTTP/1.1 302 Found\r\nLocation: http://user:" + SECRET.encode() + b"@127.0.0.1:1/\x1b?token=" + SECRET.encode()
    + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 500 " + b"x" * 5000 + SECRET.encode() + b"\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + SECRET.encode() + b"\r\n",
    b"HTTP/1.1 200 OK\r\n\x1b" + SECRET.encode() + b": " + SECRET.encode() + b"\r\nContent-Length: 4\r\n\r\nid,x",
]  # fmt: skip


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_answer_of_a_source_is_quoted(
    store: Store, monkeypatch: pytest.MonkeyPatch, answer: bytes
) -> None:
    from praya.pipeline.collect import collect_source

    monkeypatch.setattr("praya.pipeline.collect.http_source.ATTEMPTS", 1)
    with answering(answer) as url:
        address = url.replace("http://", f"http://user:{SECRET}@")
        contract = make_contract(source={"url": f"{address}?token={SECRET}", "connection": None})
        said = ""
        try:
            with record_problem(store, "sample", "collect"):
                collect_source(contract, store, {})
        except PrayaError as error:
            said = str(error)
    receipts = "".join(path.read_text("utf-8") for path in store.path("receipts").rglob("*.json"))
    ledger = store.path("ledger/ledger.jsonl").read_text("utf-8") if Ledger(store).path.exists() else ""
    stopped = store.state(Problem, "sample") or Problem()
    problem = json.dumps(stopped.as_json(), ensure_ascii=False)
    for shown in (said, problem, ledger):
        assert told(SECRET, shown) <= KNOWN and not hidden(shown), shown
    assert not hidden(receipts) and len(said) < 1_500


def test_packed_files_are_not_quoted_either(store: Store) -> None:
    contract = make_contract(source={"format": "csv"})
    put_snapshot(store, contract, gzip.compress(f"PRAYA_KEY={SECRET}\n".encode()))
    with pytest.raises(PrayaError) as failed:
        stage_table(contract, store)
    assert told(SECRET, str(failed.value)) <= KNOWN and not hidden(str(failed.value))


@settings(SLOW, max_examples=40)
@given(
    both=planted(), key=st.sampled_from(["title", "licence", "frequency", "dataset", "source", "schema", "x"])
)
def test_a_wrong_contract_is_not_quoted(
    tmp_path_factory: pytest.TempPathFactory, both: tuple[str, str], key: str
) -> None:
    value, secret = both
    folder = tmp_path_factory.mktemp("contracts") / "hk-dpo"
    folder.mkdir()
    path = folder / "sample.yaml"
    for written in (
        json.dumps(contract_dict() | {key: value}),
        json.dumps(contract_dict() | {value: key}),
        json.dumps(contract_dict()) + "\n" + value,
        value,
    ):
        path.write_text(written, "utf-8", errors="replace")
        try:
            load_contract(path, project())
        except ContractError as error:
            shown = str(error)
            assert told(secret, shown) <= KNOWN, shown
            assert not hidden(shown), shown
            assert all(not hidden(problem, "") for problem in error.problems), error.problems


def test_a_mart_puts_no_content_into_its_error(store: Store) -> None:
    import duckdb

    from praya.pipeline.measure.mart_step import describe_sql_error

    for sql in (f"select error('{SECRET}')", f"select '{SECRET}'::integer", f"select '{SECRET}'::date"):
        with duckdb.connect() as con, pytest.raises(duckdb.Error) as failed:
            con.execute(sql).fetchall()
        assert told(SECRET, describe_sql_error(failed.value)) <= 2


# --- where it is shown -----------------------------------------------------------------------------------


@settings(SLOW, max_examples=100)
@given(value=st.text(), style=st.sampled_from(["", "red"]))
def test_a_console_sends_nothing_of_a_text_to_the_terminal_but_letters(value: str, style: str) -> None:
    from rich.console import Console
    from rich.table import Table

    console = PlainConsole()
    console.file = io.StringIO()
    console.print(value, style=style or None, soft_wrap=True)
    table = Table()
    table.add_column(value)
    table.add_row(value)
    console.print(table)
    console.print_json(data={"x": value})
    assert isinstance(console, Console)
    assert not hidden(console.file.getvalue(), "\n\t")


def test_markup_pictures_and_links_of_a_terminal_are_text() -> None:
    console = PlainConsole()
    console.file = io.StringIO()
    console.print("[link=http://evil]x[/link] [red]y[/red] :bomb: \x1b]8;;http://evil\x07z")
    assert console.file.getvalue().startswith("[link=http://evil]x[/link] [red]y[/red] :bomb: \\x1b]8;;")


@settings(SLOW, max_examples=60)
@given(value=st.text())
def test_a_page_holds_no_hidden_character_and_no_markup_of_a_value(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    folder = tmp_path_factory.mktemp("page")
    (folder / "page.html").write_text("<p title='{{ value }}'>{{ value }}</p>")
    page = templates(folder).get_template("page.html").render(value=value)
    assert not hidden(page, "\n\t") and page.count("<") == 2


@settings(SLOW, max_examples=40)
@given(both=planted())
def test_the_ledger_takes_texts_as_they_may_be_shown(
    tmp_path_factory: pytest.TempPathFactory, both: tuple[str, str]
) -> None:
    value, _ = both
    store = open_store(tmp_path_factory.mktemp("ledger") / "store")
    body = {"version": "1", "reason": value, "by": "mary", "list": [value], value: {"x": value}}
    line = Ledger(store).record("correction", "sample", body)
    raw = store.path("ledger/ledger.jsonl").read_text("utf-8")
    assert not hidden(raw) and not hidden(line.body["reason"], "\n\t") and Ledger(store).problems() == []
    assert Ledger(store).record("correction", "sample", body) == line


def test_markdown_of_a_form_is_text_on_the_page_of_required_actions() -> None:
    shown = escape_markdown(
        "fine\n\n- **sample**: nothing [here](http://evil) ![x](http://evil/p.png) <b> `c` # h"
    )
    assert "\n" not in shown
    for mark in ("[here](", "![", "**", "<b>", "`c`"):
        assert mark not in shown


def test_the_page_of_a_dag_shows_a_contract_as_text() -> None:
    from praya_airflow.dataset_dags import build_dataset_dag

    evil = "![x](http://evil/p.png) | [a](javascript:alert(1)) \u202e"
    contract = make_contract(title=text(evil), description=text(evil), disclosure={"reason": evil})
    page = str(build_dataset_dag(contract).doc_md)
    assert "](http" not in page and "](java" not in page and not hidden(page)


# --- roofs -----------------------------------------------------------------------------------------------

CRASHING = """
import sys
from praya.cli.terminal import Application
app = Application()

@app.command()
def crash(name: str = "x") -> None:
    password = "{secret}"
    try:
        raise KeyError("PRAYA_KEY={secret}")
    except KeyError as error:
        raise {kind}("\\x1b[31m\\nfake: all is well PRAYA_KEY={secret}") from error

@app.command()
def other() -> None:
    ...

app()
"""


@pytest.mark.parametrize("kind", ["ValueError", "RuntimeError", "OSError"])
def test_an_error_that_nobody_foresaw_ends_a_command_without_its_values(kind: str) -> None:
    code = CRASHING.format(secret=SECRET, kind=kind)
    done = subprocess.run(
        [sys.executable, "-c", code, "crash"],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": "include", "PATH": ""},
    )
    shown = done.stdout + done.stderr
    assert done.returncode == 1 and kind in shown and "in crash" in shown
    assert told(SECRET, shown) <= KNOWN and not hidden(shown) and "\nfake" not in shown
    assert "Traceback" not in shown and "KeyError" not in shown


def test_what_a_command_does_not_understand_is_not_sent_to_the_terminal() -> None:
    code = CRASHING.format(secret=SECRET, kind="ValueError")
    for wrong in ("\x1b[31mx", "--\x1b]0;title\x07", f"--name\u202e={SECRET}"):
        done = subprocess.run(
            [sys.executable, "-c", code, wrong],
            capture_output=True,
            text=True,
            env={"PYTHONPATH": "include", "PATH": ""},
        )
        assert done.returncode == 2 and not hidden(done.stdout + done.stderr), done.stderr


class _Odd(Exception):
    pass


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (_Odd(f"PRAYA_KEY={SECRET}\x1b[31m"), Crash),
        (SourceUnavailable(codes.source.TIMED_OUT, f"password={SECRET}"), SourceUnavailable),
        (PrayaError(codes.internal.CRASH, f"password={SECRET}\x1b"), None),
    ],
)
def test_a_task_shows_no_chain_of_errors(
    store: Store, monkeypatch: pytest.MonkeyPatch, raised: Exception, expected: type[Exception] | None
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    from praya_airflow.task_project import keep_problem
    from praya_airflow.task_wrapper import wrap_task

    @wrap_task
    def stage(dataset: str) -> None:
        with keep_problem(dataset, "stage"):
            try:
                raise KeyError(f"Original Line: {SECRET}")
            except KeyError as cause:
                raise raised from cause

    monkeypatch.setenv("PRAYA_STORE", str(store.root))
    with pytest.raises(expected or AirflowFailException) as failed:
        stage("sample")
    shown = "".join(traceback.format_exception(failed.value))
    # The test's own source line is shown in the frames; the text of the errors is what counts.
    said = "".join(traceback.format_exception_only(failed.value))
    code = raised.code if isinstance(raised, PrayaError) else codes.internal.CRASH
    assert said.splitlines()[0].partition(": ")[2].startswith(f"{code}: ")
    assert "Original Line: {" not in said and "During handling" not in shown and "direct cause" not in shown
    assert told(SECRET, said) <= KNOWN and not hidden(said)
    assert told(SECRET, recorded(store)) <= KNOWN


def test_a_task_lets_errors_of_airflow_pass() -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    from praya_airflow.task_wrapper import translate_errors

    with pytest.raises(AirflowSkipException), translate_errors():
        raise AirflowSkipException("nothing to do")


def test_a_crash_is_told_with_its_place_and_no_value() -> None:
    try:
        local = secrets.token_hex(20)
        raise ValueError(f"bad {local}")
    except ValueError as error:
        shown = describe_crash(error)
    assert "ValueError" in shown and "in test_a_crash" in shown and told(local, shown) <= KNOWN


def test_local_variables_are_never_shown() -> None:
    from praya.cli.app import app

    assert app.pretty_exceptions_enable is False and app.pretty_exceptions_show_locals is False
    assert "show_locals=True" not in "".join(
        path.read_text("utf-8") for path in Path("include").rglob("*.py")
    )


# --- it is not forgotten ---------------------------------------------------------------------------------

# What may stand in a message as it is, and why.
FINE = {
    ("praya/cli/groups/metric_commands.py", "text"): "a heading of our own",
    ("praya/pipeline/collect/file_source.py", "error.strerror"): "the operating system's words for a number",
    ("praya/assurance/evidence/archive.py", "error.strerror"): "the operating system's words for a number",
    ("praya/store/regular.py", "error.strerror"): "the operating system's words for a number",
    ("praya/ledger/checkpoint.py", "error.strerror"): "the operating system's words for a number",
    ("praya/contract/load.py", "line"): "a line's number",
    ("praya/pipeline/stage/csv_records.py", "line"): "a line's number",
    ("praya/assurance/evidence/ledger_extract.py", "last"): "a line's number",
    ("praya/ledger/chain.py", "kind"): "a word of the code that calls",
    ("praya/provenance/signing.py", "type(error)"): "the kind of an error, and not its text",
    ("praya_hk/reports/controlling_officer.py", "first"): "a year of the plan, a number",
    ("praya_hk/reports/controlling_officer.py", "last"): "a year of the plan, a number",
    ("praya_hk/reports/head_135.py", "line"): "a name of our own for a line of the plan",
    ("praya_hk/reports/head_135.py", "value"): "a released figure",
    (
        "praya_hk/sources/contact_centre/amendments.py",
        "change.kind",
    ): "a file of the synthetic source, our own",
    ("praya_hk/sources/contact_centre/generator.py", "year_month"): "an argument of the code that calls",
    ("praya/extensions/discovery.py", "point.value"): "an entry point of a package that is installed",
    ("praya/pipeline/measure/mart_step.py", "describe_sql_error(error)"): "it leaves out what quotes content",
    ("praya/pipeline/stage/encoded_text.py", "error.reason"): "the codec's words, which quote nothing",
    ("praya_airflow/local/client.py", "str(error)"): "shown by the supervisor, which cleans what it prints",
    (
        "praya_airflow/local/credentials.py",
        "{error}",
    ): "a place in a file of our own; JSON errors quote nothing",
    ("praya_airflow/local/run.py", "{error}"): "shown by the supervisor, which cleans what it prints",
    ("praya_airflow/local/run.py", "running.addresses.url"): "an address on loopback that we chose",
    ("praya_airflow/local/up.py", "text"): "a setting of the operator, who sits at this terminal",
}
# `praya verify` names files of the store; what it says of them are errors of JSON and of keys, which quote nothing, and
# it says it through the console and `say`, which clean. The verifier of evidence
# runs without Praya and cleans by itself.
CLEANED_LATER = ("praya/assurance/verify/", "praya/assurance/evidence/verifier.py")


def test_no_message_shows_what_is_from_outside_without_the_function() -> None:
    found = [one for one in unsafe(Path("include")) if not one.file.startswith(CLEANED_LATER)]
    left = [f"{one.file}:{one.line}: {one.what}" for one in found if (one.file, one.what) not in FINE]
    assert not left, (
        "put praya.text.outside.quote around it, or name it in FINE with the reason:\n" + "\n".join(left)
    )
    stale = set(FINE) - {(one.file, one.what) for one in found}
    assert not stale, f"these are no longer there: {stale}"


def test_tasks_print_nothing() -> None:
    for path in sorted(Path("include/praya_airflow").glob("*.py")):
        assert "print(" not in path.read_text("utf-8"), path


def test_the_lint_finds_what_it_is_for(tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        "def f(url, x):\n"
        "    try:\n        g()\n"
        "    except OSError as error:\n        raise ValueError(f'no {error}') from error\n"
        "    raise PrayaError(f'{url} and {x!r}')\n"
        "def fine(url, x):\n"
        "    try:\n        g()\n"
        "    except OSError as error:\n        raise ValueError(f'no {quote(error)}') from error\n"
        "    raise PrayaError(f'{quote(url)}')\n"
    )
    assert [(one.line, one.what) for one in unsafe(tmp_path)] == [(5, "{error}"), (6, "url"), (6, "x")]

"""Every name that reaches a path, and every file that a source may name: none leads out of where it belongs."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from attacks.contract_texts import Text, texts
from made import field, make_contract, open_store, project, publish
from made.expected import refuses, stops
from praya.contract import Contract
from praya.contract.load import load_contract
from praya.errors import Code, ContractError, IntegrityError, SourceError, codes
from praya.ledger import Ledger
from praya.pipeline.collect import collect_source, file_source
from praya.site.export import write_ocfl
from praya.site.portal.publish import publish_released
from praya.store import Store
from praya.store.states import Collected, Problem
from praya.text.names import is_file_name, is_month, is_name

pytestmark = pytest.mark.slow

GOOD = b"id,name\n1,a\n"
EVIL = [
    "", ".", "..", "../x", "../../../evil", "/etc/passwd", "a/../../x", "a/b", "a\\b", "..\\x", "a\x00", "a\n",
    "a\r", "\x1b[2J", "a\x7f", "a\u2028b", "\u202egnp.exe", "a b", " a", "a ", "~", "~root", "$HOME", "`id`",
    "a;b", "a|b", "a*", "[a]", "a?", "{a,b}", "%2e%2e", "%00", "é", "ａ", "．．／x", "．．", "-rf", "--help",
    ".hidden", "a.", "CON ", "a:b", "a" * 300, "\ud800", "\u0000", "a/", "//a", "file:///etc/passwd", "C:\\x",
    "\N{FULLWIDTH SOLIDUS}",
]  # fmt: skip
ANYTHING = st.one_of(
    st.sampled_from(EVIL),
    st.text(max_size=40),
    st.lists(st.sampled_from([*"./\\:~ \0\n-_aA1", "..", "%2e", "é", "state", "\u2028"]), max_size=12).map(
        "".join
    ),
)


# --- files -----------------------------------------------------------------------------------------------


def at(path: Path | str, **source: Any) -> Contract:
    url = path if isinstance(path, str) else path.as_uri()
    return make_contract(source={"url": url, "format": "csv", **source})


def unchecked(url: str) -> Contract:
    """A contract whose address has never been checked."""
    one = at("file:///a.csv")
    return one.model_copy(update={"source": one.source.model_copy(update={"url": url})})


@pytest.fixture
def deposits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the operator names."""
    folder = tmp_path / "deposits"
    folder.mkdir()
    monkeypatch.setenv("PRAYA_SOURCE_FOLDERS", str(folder))
    (folder / "fares.csv").write_bytes(GOOD)
    (tmp_path / "secret.csv").write_bytes(b"id,name\n1,SECRET\n")
    return folder


def refused(contract: Contract, store: Store, code: Code | None = None, value: str = "") -> None:
    with pytest.raises(SourceError) as caught:
        collect_source(contract, store, {})
    assert code in (None, caught.value.code) and value in str(caught.value), caught.value.with_code
    assert "SECRET" not in str(caught.value) and "root:" not in str(caught.value)
    assert store.state(Collected, "sample") is None
    assert not [*store.path("raw").iterdir(), *store.path("receipts").iterdir(), *Ledger(store)]


def test_no_file_is_read_unless_the_operator_names_a_folder(
    store: Store, deposits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert collect_source(at(deposits / "fares.csv"), open_store(store.root.parent / "other"), {}).changed
    for value in (None, "", ":"):
        if value is None:
            monkeypatch.delenv("PRAYA_SOURCE_FOLDERS")
        else:
            monkeypatch.setenv("PRAYA_SOURCE_FOLDERS", value)
        assert project().source_folders == ()
        refused(
            at(deposits / "fares.csv"), store, codes.source.FILE_PLACE_NOT_ALLOWED, "PRAYA_SOURCE_FOLDERS"
        )


OUTSIDE = [
    "file:///etc/passwd", "file:///proc/self/environ", "file:///proc/self/root/etc/passwd", "file:///dev/stdin",
    "file:///dev/zero", "file:///", "file:///{deposits}/../secret.csv", "file://{deposits}/../secret.csv",
    "file://{deposits}/%2e%2e/secret.csv", "file://{deposits}/%2E%2E%2Fsecret.csv",
    "file://{deposits}/./../secret.csv", "file://{deposits}//../secret.csv", "file://{deposits}-evil/x.csv",
    "file://{deposits}evil.csv", "file://localhost{deposits}/fares.csv",
    "file://evil.example{deposits}/fares.csv", "file://{deposits}/fares.csv?x", "file://{deposits}/fares.csv#x",
    "file://{deposits}/fares.csv%00", "file://{deposits}/%00", "file://{deposits}/" + "a" * 5000,
    "file://{deposits}" + "/a" * 3000, "file:{deposits}/fares.csv", "file:fares.csv", "file://fares.csv",
    "FILE://{deposits}/../secret.csv", "{deposits}/fares.csv", "file://{deposits}/../deposits/../secret.csv",
    "file:\\\\{deposits}\\fares.csv", "file://{deposits}\\..\\..\\secret.csv",
]  # fmt: skip


@pytest.mark.parametrize("form", OUTSIDE)
def test_no_form_of_a_file_leads_out_of_the_folder(store: Store, deposits: Path, form: str) -> None:
    url = form.replace("{deposits}", str(deposits))
    for make in (at, unchecked, lambda url: make_contract(source={"url": None, "parts": {"en": url}})):
        try:
            one = make(url)
        except ValidationError:
            continue
        refused(one, store)


def test_links_are_followed_within_the_folder_only(store: Store, deposits: Path, tmp_path: Path) -> None:
    (deposits / "latest.csv").symlink_to("fares.csv")
    (deposits / "out.csv").symlink_to(tmp_path / "secret.csv")
    (deposits / "up").symlink_to(tmp_path)
    (deposits / "loop").symlink_to(deposits / "loop")
    (deposits / "environment").symlink_to("/proc/self/environ")
    for name in ("out.csv", "up/secret.csv", "loop", "environment", "up/deposits/../secret.csv"):
        refused(at(deposits / name), store)
    assert collect_source(at(deposits / "latest.csv"), store, {}).changed


@pytest.mark.timeout(20)
def test_what_is_no_regular_file_is_not_waited_for(store: Store, deposits: Path) -> None:
    os.mkfifo(deposits / "pipe")
    (deposits / "folder").mkdir()
    refused(at(deposits / "pipe"), store, codes.source.FILE_NOT_READABLE, "pipe")
    refused(at(deposits / "folder"), store, codes.source.FILE_NOT_READABLE, "folder")
    refused(at("file:///dev/zero"), store)


def test_what_is_praya_s_own_or_the_system_s_is_not_read_whatever_folder_is_named(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, home = tmp_path / "keys" / "signing.key", tmp_path / "home"
    for file in (
        key,
        key.with_name("signing.key.old"),
        home / "secrets" / "pseudonym.key",
        home / "airflow" / "x",
    ):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("SECRET")
    store.put_bytes("raw/abc", b"id,name\n1,SECRET\n")
    monkeypatch.setenv("PRAYA_SOURCE_FOLDERS", "/")
    monkeypatch.setenv("PRAYA_SIGNING_KEY_FILE", str(key))
    monkeypatch.setenv("PRAYA_HOME", str(home))
    (tmp_path / "innocent.csv").symlink_to(key)
    for file in (
        key,
        key.with_name("signing.key.old"),
        tmp_path / "innocent.csv",
        home / "secrets" / "pseudonym.key",
        home / "airflow" / "x",
        store.path("raw/abc"),
        Path("/proc/self/environ"),
        Path("/proc/self/cwd/README.md"),
        Path("/sys/kernel/notes"),
        Path("/dev/null"),
    ):
        with pytest.raises(SourceError) as caught:
            collect_source(at(file), store, {})
        assert caught.value.code in (codes.source.FILE_PLACE_NOT_ALLOWED, codes.source.FILE_NOT_READABLE)
        assert "SECRET" not in str(caught.value)
    (key.parent / "fares.csv").write_bytes(GOOD)
    assert collect_source(at(key.parent / "fares.csv"), store, {}).changed, "beside a key lies what is no key"


def test_a_link_that_appears_after_the_check_is_not_followed(
    store: Store, deposits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (deposits / "inner").mkdir()
    (deposits / "inner" / "secret.csv").write_bytes(GOOD)
    real = file_source._open_regular

    def swap(make: Callable[[], None]) -> Callable[[Path], int]:
        def opened(path: Path) -> int:
            make()
            return real(path)

        return opened

    def folder() -> None:
        (deposits / "inner").rename(deposits / "was")
        (deposits / "inner").symlink_to(tmp_path)

    monkeypatch.setattr(file_source, "_open_regular", swap(folder))
    refused(at(deposits / "inner" / "secret.csv"), store, codes.source.FILE_NOT_READABLE)

    def file() -> None:
        (deposits / "fares.csv").unlink()
        (deposits / "fares.csv").symlink_to(tmp_path / "secret.csv")

    monkeypatch.setattr(file_source, "_open_regular", swap(file))
    refused(at(deposits / "fares.csv"), store, codes.source.FILE_NOT_READABLE)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(text=ANYTHING)
def test_whatever_follows_the_folder_is_below_it_or_refused(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "deposits"
    folder.mkdir(exist_ok=True)
    try:
        path = file_source._allowed(at("file:///a"), f"file://{folder}/{text}", [folder], [])
    except SourceError:
        return
    assert path.is_relative_to(folder.resolve()) and ".." not in path.parts


# --- names in contracts ----------------------------------------------------------------------------------

# What becomes a part of a path, by a type of the contract that takes plain names alone.
IN_PATHS = {
    "Codes.list_", "Contract.aliases", "Contract.dataset", "Contract.provider", "Link.dataset", "Metric.id",
    "Observed.dataset", "Programme.also", "Programme.programme", "Reference.resource", "RevisedFigure.dataset",
    "Source.mart", "Source.parts{key}",
}  # fmt: skip
# Names of columns and of connections: they reach SQL and variables, and are as plain.
PLAIN = {
    "Guards.columns{key}",
    "Band.count", "ColumnSum.parts", "ColumnSum.total", "Contract.partition_field", "Coverage.field",
    "Days.date", "Days.summary", "Days.uid", "Days.until", "Dimension.field", "Dimension.of",
    "Disclosure.cell_keys", "Disclosure.cell_keys{key}", "Disclosure.counts", "Disclosure.follows",
    "Disclosure.follows{key}", "Disclosure.public_contact{key}", "Disclosure.record_key", "Field.name",
    "Field.since", "ForeignKey.fields", "Inside.part", "Inside.rest", "Inside.whole", "LabelField.label_of",
    "Link.at{key}",
    "Link.counts", "Link.counts{key}", "Link.there{key}", "Mean.count", "Mean.field", "Mean.sum", "Note.field",
    "Note.period", "Overlap.field", "Overlap.of", "Periods.kind_keys", "Periods.field", "Periods.of",
    "Places.latitude", "Places.longitude", "Rate.denominator", "Rate.field", "Rate.numerator",
    "Reference.fields", "Release.figures", "Release.year_field", "Source.connection",
    "TableSchema.primary_key",
}  # fmt: skip
# Addresses, which collect holds against what is allowed (test_attack_addresses.py, and files above).
ADDRESSES = {"Source.hosts", "Source.months", "Source.parts", "Source.path", "Source.url"}
# Words, values and codes: they reach no path. A format must be one that is installed. `Field.part` must be one of
# `source.parts`.
WORDS = {
    "Code.code", "Code.formerly", "Code.notation", "Code.today", "Constraints.enum", "Constraints.pattern",
    "Contact.email", "Contact.phone", "Contract.category",
    "Contract.frequency", "Contract.licence", "Contract.owner", "Contract.tags", "Dimension.leave_out",
    "Dimension.parents", "Dimension.parents{key}", "Dimension.total", "Disclosure.public_contact",
    "Disclosure.method", "Disclosure.reason", "Due.period",
    "Field.column_type", "Field.decimal_char", "Field.false_values", "Field.format",
    "Field.group_char", "Field.part", "Field.source", "Field.true_values", "Field.unit", "Floors.approvers",
    "Guards.reason",
    "Lineage.dimensions", "Lineage.dimensions{key}", "Lineage.figures", "Lineage.figures{key}", "Lineage.filters",
    "Lineage.inputs", "Lineage.inputs{key}", "Lineage.reads", "Lineage.sql",
    "Link.at", "Link.there", "ListSource.document", "ListSource.place",
    "Metric.documents", "Metric.frequency", "Metric.unit", "Note.code",
    "Observed.field", "Observed.where", "Observed.where{key}", "Overlap.leave_out", "Overlap.whole",
    "Policy.deletions", "Policy.deletions{key}", "Policy.first_releases",
    "Policy.first_releases{key}", "Policy.may_lower", "Policy.methods{key}", "Policy.roles", "Policy.roles{key}",
    "Programme.documents", "Programme.frequency",
    "Release.formats", "Release.options{key}", "Release.weekday", "Retention.ground", "RevisedFigure.field",
    "RevisedFigure.key", "RevisedFigure.key{key}", "RevisedFigure.now", "RevisedFigure.was", "Revision.by",
    "CsvOptions.delimiter", "EncodedOptions.encoding", "JsonOptions.records",
    "Source.format", "Source.ignore_columns", "Source.pages",
    "TableSchema.missing_values", "Target.period", "Target.source_document", "Target.source_locator",
    "Target.unit", "Text.en", "Text.zh_hans", "Text.zh_hant", "Units.units{key}", "Waiver.by",
    "Waiver.expectation", "Waiver.reason",
}  # fmt: skip


def test_every_text_of_a_contract_is_known_to_reach_a_path_or_not() -> None:
    """A new field of type str fails here until somebody says what it reaches, and gives it a type that fits."""
    found = {text.place for text in texts()}
    sets = (IN_PATHS, PLAIN, ADDRESSES, WORDS)
    assert sum(map(len, sets)) == len(set().union(*sets)), "one place, one kind"
    assert found - set().union(*sets) == set(), "say in this file what these reach"
    assert set().union(*sets) - found == set(), "these are no longer there"


def named() -> Iterator[Text]:
    return (text for text in texts() if text.place in IN_PATHS | PLAIN)


@pytest.mark.parametrize("text", named(), ids=lambda text: text.place)
def test_a_name_that_reaches_a_path_takes_plain_names_alone(text: Text) -> None:
    assert text.patterns, "it has a pattern"
    for evil in EVIL:
        if evil == "" and text.place == "Reference.resource":
            continue  # the dataset itself
        with pytest.raises(ValidationError):
            text.adapter.validate_python(evil)


@pytest.mark.parametrize("text", named(), ids=lambda text: text.place)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_what_a_name_takes_is_a_name_by_the_one_rule(text: Text, data: st.DataObject) -> None:
    candidate = data.draw(st.one_of(ANYTHING, st.from_regex(re.compile(text.patterns[0], re.ASCII))))
    try:
        taken = text.adapter.validate_python(candidate)
    except ValueError:
        return
    if text.place in IN_PATHS:
        assert is_name(taken) or (taken == "" and text.place == "Reference.resource")
    assert "/" not in taken and taken not in (".", "..") and (taken == "" or taken.isprintable())


@pytest.mark.parametrize("evil", EVIL)
def test_no_name_of_a_part_leaves_the_scratch_folder(store: Store, deposits: Path, evil: str) -> None:
    with pytest.raises(ValidationError):
        make_contract(source={"url": None, "parts": {evil: (deposits / "fares.csv").as_uri()}})
    # And where nobody has checked it.
    one = make_contract(source={"url": None, "parts": {"en": (deposits / "fares.csv").as_uri()}})
    parts = {evil: (deposits / "fares.csv").as_uri()}
    forged = one.model_copy(update={"source": one.source.model_copy(update={"parts": parts})})
    before = everything(store.root.parent)
    refused(forged, store, codes.source.PART_NAME_NOT_VALID)
    assert everything(store.root.parent) == before


def test_names_of_parts_differ_in_more_than_case() -> None:
    parts = {"EN": "https://data.gov.hk/1", "en": "https://data.gov.hk/2"}
    with refuses("source.parts.en", "en"):
        make_contract(source={"url": None, "parts": parts})


@pytest.mark.parametrize("name", ["mart", "month", "links", "warehouse", "catalogue", "audit", "retention"])
def test_a_dataset_is_not_named_as_what_lies_beside_it(name: str) -> None:
    for key, change in (("dataset", {"dataset": name}), ("aliases.0", {"aliases": [name]})):
        with refuses(key, f"`{name}`"):
            make_contract(**change)


@settings(deadline=None)
@given(ANYTHING)
def test_a_partition_is_a_month_or_refused(text: str) -> None:
    try:
        subject = make_contract(partition="month").at(text).subject
    except ContractError:
        return
    assert re.fullmatch(r"sample/[0-9]{4}-(0[1-9]|1[0-2])", subject) and is_month(text)


@pytest.mark.parametrize(
    "month", ["2026-13", "2026-1", "2026-01\n", "2026-01/..", "../../x", "٢٠٢٦-01", "2026-00", ""]
)
def test_what_is_no_month_is_none(month: str) -> None:
    with stops(codes.contract.MONTH_NOT_VALID, "sample"):
        make_contract(partition="month").at(month)


# --- the store -------------------------------------------------------------------------------------------


def everything(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


WRITES: list[Callable[[Store, str], object]] = [
    lambda store, key: store.put_bytes(key, b"x"),
    lambda store, key: store.put_json(key, {}),
    lambda store, key: store.put_all({key: b"x"}),
    lambda store, key: store.put_if_new({key: b"x"}),
    lambda store, key: store.set_state(key, Problem()),
    lambda store, key: store.put_record(key, Problem()),
    lambda store, key: adopt_tree(store, key),
    lambda store, key: store.discard(key),
    lambda store, key: hold(store, key),
]


def adopt_tree(store: Store, key: str) -> None:
    with store.scratch() as work:
        (work / "tree").mkdir()
        store.adopt_tree(work / "tree", key)


def hold(store: Store, key: str) -> None:
    with store.lock(key):
        pass


@pytest.mark.parametrize("key", [*EVIL, "state/../../x", "state/./x", "state//x", "raw/" + "a/" * 600 + "x"])
@pytest.mark.parametrize("number", range(len(WRITES)))
def test_no_key_leaves_the_store_on_any_way(store: Store, key: str, number: int) -> None:
    outer = store.root.parent
    before = everything(outer)
    with suppress(IntegrityError):
        WRITES[number](store, key)
    new = everything(outer) - before
    assert all(path.is_relative_to(store.root) for path in new)
    for path in new:
        assert all(
            re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", part) for part in path.relative_to(store.root).parts
        )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(key=ANYTHING)
def test_every_key_is_one_path_below_the_store_or_refused(tmp_path: Path, key: str) -> None:
    store = open_store(tmp_path / "store")
    try:
        path = store.path(key)
    except IntegrityError:
        return
    assert path == store.root / key and path.is_relative_to(store.root) and path != store.root
    assert path.resolve() == path and ".." not in path.parts


@pytest.mark.parametrize("inside", [True, False])
def test_links_in_the_store_are_not_followed(store: Store, tmp_path: Path, inside: bool) -> None:
    store.put_bytes("raw/secret", b"SECRET")
    target = store.root / "raw" if inside else tmp_path / "elsewhere"
    target.mkdir(exist_ok=True)
    (target / "x.json").write_text("{}")
    (store.root / "state" / "link").symlink_to(target)
    (store.root / "state" / "file.json").symlink_to(target / "x.json")
    (store.root / "state" / "loop").symlink_to(store.root / "state" / "loop")
    before = {path: path.read_bytes() for path in target.iterdir()}
    for write in WRITES[:5]:
        for key in ("state/link/x.json", "state/link/new.json", "state/file.json"):
            with pytest.raises(IntegrityError) as caught:
                write(store, key if write is not WRITES[4] else "link/x")
            assert caught.value.code in (codes.store.KEY_NOT_VALID, codes.store.PATH_REPLACED)
    with pytest.raises(IntegrityError):
        store.get_json("state/file.json")
    assert {path: path.read_bytes() for path in target.iterdir()} == before


def test_keys_that_differ_in_case_only_are_not_written_together(store: Store) -> None:
    with stops(codes.store.KEY_NOT_VALID, "state/A"):
        store.put_all({"state/a": b"1", "state/A": b"2"})
    assert not store.exists("state/a")


def test_a_stray_file_of_any_name_can_be_removed(store: Store) -> None:
    """What lies in the store though Praya wrote no such name must not stop a withdrawal."""
    for name in (".DS_Store", "a b", "é.csv", "~lock"):
        (store.root / "state" / name).write_bytes(b"x")
        store.discard(f"state/{name}")
        assert not (store.root / "state" / name).exists()


# --- what is handed on -----------------------------------------------------------------------------------


def test_a_link_in_the_released_area_is_neither_published_nor_preserved(store: Store, tmp_path: Path) -> None:
    folder = publish(store, make_contract(), GOOD)
    (tmp_path / "key").write_text("SECRET")
    (folder / "extra.txt").symlink_to(tmp_path / "key")
    with stops(codes.verify.NOT_A_FILE, "extra.txt"):
        publish_released(store, str(tmp_path / "copy"))
    with stops(codes.verify.NOT_A_FILE, "extra.txt"):
        write_ocfl(store, tmp_path / "kept")
    copied = [*(tmp_path / "copy").rglob("*"), *(tmp_path / "kept").rglob("*")]
    assert not any(b"SECRET" in path.read_bytes() for path in copied if path.is_file())


@pytest.mark.parametrize("name", ["../../keys/x", "/etc/passwd", "a/b", "..", "a\x00"])
def test_a_manifest_that_names_a_file_elsewhere_is_not_published(
    store: Store, tmp_path: Path, name: str
) -> None:
    import json

    assert not is_file_name(name)
    manifest = publish(store, make_contract(), GOOD) / "manifest.json"
    told = json.loads(manifest.read_text())
    told["files"][0]["name"] = name
    manifest.write_text(json.dumps(told))
    with stops(codes.verify.FILE_CHANGED, manifest):
        publish_released(store, str(tmp_path / "copy"))


def test_a_link_on_a_page_that_goes_up_leads_to_no_file(store: Store, tmp_path: Path) -> None:
    from praya.assurance.links.target import Lead, Targets
    from praya.assurance.verify.ledger_facts import Known

    publish(store, make_contract(), GOOD)
    (tmp_path / "secret.csv").write_bytes(GOOD)
    targets = Targets(store, Known.whole(store))
    assert targets.lead("sample/latest.json") is Lead.FILE
    for path in (
        "../../secret.csv",
        "sample/../../../secret.csv",
        f"/{tmp_path}/secret.csv",
        "../ledger/ledger.jsonl",
    ):
        assert targets.lead(path) is Lead.NOWHERE


def test_a_statement_hands_nothing_to_git_but_a_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from praya.assurance.reproduce import code

    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(code, "_git", lambda *arguments: asked.append(arguments))
    for name in ("--force", "main", "-", "HEAD", "a" * 39, "a" * 41, "../x", "g" * 40, "a" * 40 + "\n"):
        with code.at_commit((name, False), tmp_path, project().root) as (root, said):
            assert root == project().root and "made by the code as it is" in said
    assert asked == []


# --- YAML ------------------------------------------------------------------------------------------------


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    return "\n".join(lines)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text",
    [
        bomb(),
        "a: &a {b: *a}",
        "a: &a [*a]",
        "? &a [*a]\n: x",
        "a: !!python/object/apply:os.system [id]",
        "a: !!python/name:os.system",
        "[" * 5000 + "]" * 5000,
        "{a: " * 5000 + "1" + "}" * 5000,
    ],
)
def test_a_contract_cannot_harm_by_its_yaml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hk-dpo" / "sample.yaml"
    path.parent.mkdir()
    path.write_text(text)
    kinds: list[Code] = []

    def load() -> None:
        try:
            load_contract(path, project())
        except ContractError as error:
            kinds.extend(problem.code for problem in error.problems)

    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    thread.join(20)
    assert not thread.is_alive() and kinds == [codes.contract.NOT_YAML]


def test_a_field_s_part_is_one_of_the_source() -> None:
    with refuses("schema.fields.0.part", "../x"):
        make_contract(field("id", part="../x"))

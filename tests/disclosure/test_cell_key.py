"""Cell-key perturbation: the same records have the same noise everywhere, from id to protected table."""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from made import accept, agree, contract_dict, field, make_contract, open_store, put_snapshot, rows_of
from made.expected import refuses, stops
from praya.contract import Contract
from praya.contract.record_key import KEYS
from praya.disclosure.protect.methods.cell_key_method import interval, select_protected, withheld
from praya.disclosure.protect.ptable import FILE, LAST, NOISE, ptable_rows
from praya.errors import codes
from praya.lineage import Marts
from praya.pipeline.measure import compute_marts
from praya.pipeline.month_switch import switch_in
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store import Store
from praya.store.states import Protected, Staged

pytestmark = pytest.mark.slow

PTABLE = {(count, key): change for count, key, change in ptable_rows()}


def counted(**disclosure: Any) -> Contract:
    """Counts of cases, late ones among them, with their rate and a mean."""
    said = {
        "class": "aggregated counts",
        "reason": "Counts of people by place.",
        "method": "cell-key perturbation",
        "counts": ["cases", "late"],
        "cell_keys": {"cases": "cases_key", "late": "late_key"},
        "rates": [{"field": "late_pct", "numerator": "late", "denominator": "cases"}],
        "means": [{"field": "days", "count": "cases"}],
    }
    return make_contract(
        field("place"),
        field("cases", "integer"),
        field("late", "integer"),
        field("late_pct", "number", decimals=1, unit="%"),
        field("days", "number", decimals=2),
        field("cases_key", "integer"),
        field("late_key", "integer"),
        disclosure=said | disclosure,
    )


HEADER = "place,cases,late,late_pct,days,cases_key,late_key"


def csv_of(rows: list[tuple[Any, ...]], header: str = HEADER) -> bytes:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return "\n".join([header, *lines, ""]).encode()


def slow(count: int | None, key: int, threshold: int = 10) -> tuple[int | None, str | None]:
    """The method as the ONS describes it, in plain Python: rows 501 to 750 of its ptables serve larger counts."""
    if count is None:
        return None, None
    if count == 0:
        return None, "C"
    pcv = count if count <= 750 else (count - 1) % 250 + 501
    row = pcv if pcv <= LAST else next(row for row in range(5, LAST + 1) if (pcv - row) % 25 == 0)
    shown = count + PTABLE[row, key % 256]
    return (shown, "F") if shown >= threshold else (None, "C")


# --- the ptable ------------------------------------------------------------------------------------------


def test_the_ptable_that_is_shipped_is_the_one_that_is_described() -> None:
    lines = [f"{count},{key},{change}" for count, key, change in ptable_rows()]
    assert FILE.read_text("ascii").splitlines() == ["pcv,ckey,pvalue", *lines]


@pytest.mark.parametrize("count", range(1, LAST + 1))
def test_noise_is_unbiased_bounded_and_never_more_than_the_count(count: int) -> None:
    noise = [PTABLE[count, key] for key in range(KEYS)]
    assert sum(noise) == 0
    assert max(noise) == -min(noise) == min(count, NOISE)
    assert max(Counter(noise).values()) <= KEYS // 2, "no count stays itself, or becomes another, for certain"
    assert sum(change**2 for change in noise) == KEYS * min(count, NOISE) / 2


def test_counts_next_to_each_other_have_their_noise_in_another_order() -> None:
    """Else two cells with the same key would have the same noise, whatever they count."""
    for count in range(NOISE, LAST):
        same = sum(PTABLE[count, key] == PTABLE[count + 1, key] for key in range(KEYS))
        assert same < KEYS * 0.3, "by chance it is a fifth"


# --- protect ---------------------------------------------------------------------------------------------

COUNTS = st.none() | st.integers(0, 40) | st.integers(0, 10_000_000)
SUMS = st.integers(0, 10**9)


@settings(max_examples=15, deadline=None)
@given(
    cells=st.lists(st.tuples(COUNTS, COUNTS, SUMS, SUMS), min_size=1, max_size=30),
    threshold=st.sampled_from([10, 11, 20]),
)
def test_every_figure_is_that_of_the_published_method(
    cells: list[tuple[Any, ...]], threshold: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = open_store(tmp_path_factory.mktemp("store"))
    contract = counted(threshold=threshold)
    rows = [
        (f"p{at:03}", cases, late, 1.0, 4.27, key, other)
        for at, (cases, late, key, other) in enumerate(cells)
    ]
    accept(store, contract, csv_of(rows))
    table = protect_table(contract, store)
    for (_, cases, late, _, _, key, other), found in zip(rows, rows_of(table.path), strict=True):
        shown, among = slow(cases, key, threshold), slow(late, other, threshold)
        assert found[1:5] == (*shown, *among)
        assert shown[0] is None or shown[0] >= 0
        for value, figure, sum_ in ((cases, shown, key), (late, among, other)):
            if value is not None:
                hidden = withheld(value, threshold, sum_, False)
                low, high = hidden if figure[0] is None else interval(figure[0], threshold)
                assert low <= value <= high
                assert figure[0] is not None or high < math.inf, "by its own size"
        if None in (shown[0], among[0]) or not shown[0]:
            assert found[5:7] == (None, "C")
        else:
            assert float(found[5]) == pytest.approx(min(100.0, 100 * among[0] / shown[0]), abs=0.051)
        assert (found[7] is None) == (shown[0] is None or shown[0] < 104)
        assert found[8] == ("C" if found[7] is None else "F")
    assert table.decision["method"] == "cell-key perturbation"


def test_a_count_without_its_key_stops_everything(store: Store) -> None:
    accept(store, counted(), csv_of([("p", 7654321, 0, 0, 0, None, None)]))
    with stops(codes.disclosure.METHOD_NOT_APPLICABLE, "sample: cases", "cases_key") as caught:
        protect_table(counted(), store)
    assert "7654321" not in str(caught.value) and store.state(Protected, "sample") is None


@pytest.mark.parametrize(("shown", "truth"), [(0, (0, 0)), (10, (6, 14)), (100, (96, 104))])
def test_what_publication_tells_of_a_count(shown: int, truth: tuple[int, int]) -> None:
    assert interval(shown, 10) == truth


@pytest.mark.parametrize("threshold", [1, 2, 3, 10])
def test_what_publication_tells_is_no_wider_than_it_has_to_be(threshold: int) -> None:
    """Each bound is the count of some cell that shows this figure, or that is withheld for this reason."""
    could: dict[int | None, set[int]] = {}
    hidden: dict[tuple[float, float], set[int]] = {}
    for count in range(60):
        for key in range(KEYS):
            shown = slow(count, key, threshold)[0]
            could.setdefault(shown, set()).add(count)
            hidden.setdefault(withheld(count, threshold, key, False), set()).add(count)
            assert (shown is None) == (withheld(count, threshold, key, False)[1] < math.inf)
    for shown in range(1, 40):
        if shown in could:
            assert (min(could[shown]), max(could[shown])) == interval(shown, threshold)
    assert len(hidden) == 2
    for (low, high), counts in hidden.items():
        assert low == min(counts) and high in (max(counts), math.inf)


def test_the_package_of_the_ons_gives_the_same_figures(store: Store) -> None:
    pd = pytest.importorskip("pandas")
    ons = pytest.importorskip("cell_key_perturbation.create_perturbed_table")
    first = LAST - 24
    wide = [
        (pcv, key, PTABLE[pcv if pcv <= LAST else first + (pcv - first) % 25, key])
        for pcv in range(1, 751)
        for key in range(KEYS)
    ]
    sizes = [1, 5, 8, 9, 10, 11, 12, 14, 29, 30, 54, 55, 250, 749, 750, 751, 1000, 1001, 2222]
    places = [f"p{at:02}" for at, size in enumerate(sizes) for _ in range(size)]
    keys = [hashlib.sha256(str(at).encode()).digest()[0] for at in range(len(places))]
    data = pd.DataFrame({"place": places, "record_key": keys})
    theirs = ons.create_perturbed_table(
        data, pd.DataFrame(wide, columns=["pcv", "ckey", "pvalue"]), [], ["place"], "record_key"
    )
    sums = data.groupby("place")["record_key"].sum()
    rows = [(f"p{at:02}", size, 0, 0, 0, sums[f"p{at:02}"], 0) for at, size in enumerate(sizes)]
    accept(store, counted(), csv_of(rows))
    ours = [row[:2] for row in rows_of(protect_table(counted(), store).path)]
    assert ours == [
        (place, None if pd.isna(count) else int(count)) for place, count in theirs[["place", "count"]].values
    ]


@pytest.mark.parametrize("method", ["cell-key perturbation", "10-5 rule"])
def test_cell_keys_never_leave(store: Store, method: str) -> None:
    """By whatever method: a sum of keys would tell two sets of records apart."""
    contract = counted(method=method)
    accept(store, contract, csv_of([("p", 100, 40, 40.0, 4.27, 987654, 123456)]))
    table = protect_table(contract, store)
    assert not {"cases_key", "late_key"} & {one.name for one in table.fields}
    released = publish_release(table, contract, store)
    folder = store.path(f"released/sample/{released.version}")
    described = json.loads((folder / "dictionary.json").read_bytes())
    names = {each["name"] for each in described["fields"]}
    assert "cases_conf_status" in names and "cases_key" not in names
    for path in folder.rglob("*"):
        assert not path.is_file() or b"_key" not in path.read_bytes().replace(b"primary_key", b""), path


def test_the_dictionary_says_in_three_languages_what_was_done(store: Store) -> None:
    contract = counted()
    accept(store, contract, csv_of([("p", 100, 40, 40.0, 4.27, 1, 1)]))
    fields = {one.name: one for one in protect_table(contract, store).fields}
    said = fields["cases_conf_status"].description
    assert said and all(str(NOISE) in said.in_language(each) for each in ("en", "zh-Hant", "zh-Hans"))


@pytest.mark.parametrize(
    ("changes", "key", "value"),
    [
        ({"cell_keys": {"cases": "cases_key"}}, "disclosure.counts.1", "late"),
        ({"cell_keys": {"cases": "late", "late": "late_key"}}, "disclosure.cell_keys.cases", "late"),
        ({"cell_keys": {"cases": "place", "late": "late_key"}}, "disclosure.cell_keys.cases", "place"),
        ({"method": "10-5 rule", "cell_keys": {}}, "schema.fields.5.name", "cases_key"),
        ({"record_key": "place"}, "disclosure.record_key", "`personal records`"),
    ],
)
def test_a_contract_whose_keys_do_not_fit_does_not_load(
    changes: dict[str, Any], key: str, value: str
) -> None:
    with refuses(key, value):
        counted(**changes)


def test_an_unrounded_mean_gives_its_count_back_and_does_not_load() -> None:
    described = counted().model_dump(mode="json", by_alias=True)
    described["schema"]["fields"][4]["decimals"] = None
    with refuses("schema.fields.4", "`decimals`", "days"):
        Contract.model_validate(described)


# --- from records to protected tables --------------------------------------------------------------------

PLACES = [*"wxyz", *(f"p{at:02}" for at in range(20))]
KINDS = ["a", "b", "c"]
CASES = contract_dict(
    field("case_no", constraints={"required": True}),
    field("place", constraints={"enum": PLACES}),
    field("kind", constraints={"enum": KINDS}),
    dataset="the-cases",
    partition="month",
    retention={"raw_days": 30, "ground": "kept no longer than the purpose needs"},
    disclosure={"class": "personal records", "reason": "made up for a test", "record_key": "case_no"},
)
MART = """select coalesce({key}, 'all') as {key}, count(*) as cases, sum(record_key)::bigint as cases_key
from the_cases group by rollup ({key})"""


def of_mart(name: str, key: str) -> Contract:
    return make_contract(
        field(key, constraints={"enum": [*PLACES, *KINDS, "all"]}),
        field("cases", "integer"),
        field("cases_key", "integer"),
        dataset=name.replace("_", "-"),
        source={"url": None, "mart": name, "format": "parquet"},
        disclosure={
            "class": "aggregated counts",
            "reason": "Counts of people.",
            "method": "cell-key perturbation",
            "counts": ["cases"],
            "cell_keys": {"cases": "cases_key"},
        },
    )


Records = list[tuple[str, str, str]]


def people(places: dict[str, int], start: int = 0) -> Records:
    found: Records = []
    for place, size in places.items():
        found += [(f"C{start + len(found) + at:06}", place, "abc"[at % 3]) for at in range(size)]
    return found


@pytest.fixture
def way(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that takes records all the way; gives what is published by place and by kind."""
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    (tmp_path / "key").write_text("5a" * 32 + "a5" * 32)
    metrics = tmp_path / "metrics"
    metrics.mkdir()
    (metrics / "by_place.sql").write_text(MART.format(key="place"))
    (metrics / "by_kind.sql").write_text(MART.format(key="kind"))
    cases = Contract.model_validate(CASES)
    marts = {"by_place": of_mart("by_place", "place"), "by_kind": of_mart("by_kind", "kind")}

    def go(months: dict[str, Records], to: Store = store) -> dict[str, Any]:
        for month, records in months.items():
            put_snapshot(to, cases.at(month), csv_of(records, "case_no,place,kind"))
            stage_table(cases.at(month), to)
            validate_table(cases.at(month), to, tmp_path)
            switch_in([cases], to, tmp_path, cases.provider, month)
        made = compute_marts(to, metrics, [cases, *marts.values()])
        all_of_them = Marts(metrics, [cases, *marts.values()])
        found: dict[str, Any] = {}
        for name, contract in marts.items():
            accept(to, contract, to.path(made[name].tables[0]).read_bytes())
            agree(contract, to, all_of_them)
            table = protect_table(contract, to, all_of_them)
            found[name] = {code: shown for code, shown, _ in rows_of(table.path)}
            found[f"{name} as bytes"] = table.path.read_bytes()
        return found

    return go


def test_the_record_key_is_a_byte_of_the_id_s_keyed_hash(store: Store, way: Any, tmp_path: Path) -> None:
    records = people({"x": 50})
    way({"2023-01": records})
    key = (tmp_path / "key").read_text()
    inner, outer = key[:64], key[64:]
    staged = store.state(Staged, "the-cases/2023-01")
    assert staged
    for case_no, *_, found in rows_of(store.path(staged.table)):
        once = hashlib.sha256(f"{inner}record key {case_no}".encode()).hexdigest()
        assert found == hashlib.sha256(f"{outer}{once}".encode()).digest()[0]


def test_the_same_records_are_the_same_figure_in_every_table_and_release(
    way: Any, store: Store, tmp_path: Path
) -> None:
    january, february = people({"x": 40, "y": 12, "z": 3}), people({"x": 25, "w": 14}, start=500)
    first = way({"2023-01": january})
    assert first["by_place"]["all"] == first["by_kind"]["all"]
    assert first["by_place"]["z"] is None
    both = way({"2023-02": february})
    assert both["by_place"]["y"] == first["by_place"]["y"], "no record of it came"
    assert both["by_place"]["all"] == both["by_kind"]["all"]
    # The rows in another order, on another store with the same releases: the same bytes.
    another = open_store(tmp_path / "another")
    way({"2023-01": january[::-1]}, another)
    assert way({"2023-02": february[::-1]}, another) == both
    assert way({"2023-02": february}) == both, "released twice"


def test_one_person_more_or_less_is_hidden_in_noise(way: Any, tmp_path: Path) -> None:
    """Of 20 pairs of tables that differ by one person, what is published differs by 1 in some only. Of two versions of
    a table it differs by 1 in all, as known to the person, and tells nothing of the count."""
    records = people({f"p{at:02}": 30 for at in range(20)})
    without = way({"2023-01": records})["by_place"]
    more = [(f"D{at:06}", f"p{at:02}", "a") for at in range(20)]
    later = way({"2023-01": records + more})["by_place"]
    assert {later[place] - without[place] for place in without if place != "all" and without[place]} == {1}
    with_one = way({"2023-01": records + more}, open_store(tmp_path / "another"))["by_place"]
    differences = [with_one[place] - without[place] for place in without if place != "all"]
    assert all(abs(difference - 1) <= 2 * NOISE for difference in differences)
    assert len(set(differences)) > 4 and differences.count(1) < 10


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from("ab"), st.integers(0, 255)), max_size=120))
def test_cells_of_the_same_records_are_the_same_in_all_tables(people: list[tuple[str, str, int]]) -> None:
    """Every table that two codes give, and all of a half of the people: equal sets, equal figures."""
    shown: dict[frozenset[int], set[tuple[Any, ...]]] = {}
    with duckdb.connect() as con:
        con.execute("create table people (id integer, a varchar, b varchar, record_key integer)")
        for at, person in enumerate(people):
            con.execute("insert into people values (?, ?, ?, ?)", [at, *person])
        for table in ("people", "(from people where id % 2 = 0)", "(from people where b = 'a')"):
            mart = f"""(select concat(a, b) as place, count(*) as cases, sum(record_key) as cases_key, list(id) as ids
                from {table} group by cube (a, b))"""
            contract = of_mart("any", "place")
            ids = con.execute(f"select place, ids from {mart} order by all").fetchall()
            figures = con.execute(f"{select_protected(contract, mart)} order by place").fetchall()
            for (place, members), (same_place, *figure) in zip(ids, figures, strict=True):
                assert place == same_place
                shown.setdefault(frozenset(members or []), set()).add(tuple(figure))
    for members, found in shown.items():
        assert found == {slow(len(members), sum(people[at][2] for at in members))}


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 255), min_size=1, max_size=40))
def test_a_person_s_key_makes_any_noise_of_the_larger_count(keys: list[int]) -> None:
    """Whatever is in a cell: one person more, of an unknown key, has all the noise of the new count before it."""
    after = len(keys) + 1
    row = after if after <= LAST else 5 + (after - 5) % 25
    noise = Counter(PTABLE[row, (sum(keys) + one) % KEYS] for one in range(KEYS))
    assert noise == Counter(PTABLE[row, key] for key in range(KEYS))

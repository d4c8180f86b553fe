"""Contracts over marts by an author who wants records, or exact counts, to go out: the class follows what is read."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from made import accept, agree, contract_dict, field, make_contract, open_store, project, put_snapshot
from made.expected import stops
from praya.assurance.verify import list_findings
from praya.contract import Contract, load_contracts, read_contracts
from praya.disclosure.protect.approval import approve, waiting
from praya.errors import Code, codes
from praya.ledger import Ledger
from praya.lineage import Marts, Traced, follow, problems_of
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import compute_marts, compute_month
from praya.pipeline.month_switch import switch_in
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.pipeline.validate import validate_table
from praya.store.states import Accepted

pytestmark = pytest.mark.slow

DISTRICTS, TYPES = ["A", "B", "C"], ["enquiry", "complaint"]
PERSONAL = {
    "retention": {"raw_days": 30, "ground": "kept no longer than the purpose needs"},
    "disclosure": {
        "class": "personal records",
        "reason": "a row is a person's case",
        "record_key": "case_no",
    },
}
CASES = contract_dict(
    field("case_no", constraints={"required": True}),
    field("case_type", constraints={"enum": TYPES}),
    field("district", constraints={"enum": DISTRICTS}),
    field("easting", "number"),
    field("score", "integer", constraints={"minimum": 1, "maximum": 5}),
    field("received_at", "datetime"),
    field("urgent", "boolean"),
    field("note"),
    field("caller", personal="pseudonym"),
    dataset="the-cases",
    partition="month",
    **PERSONAL,
)
COUNTS = contract_dict(
    field("district", constraints={"enum": DISTRICTS}),
    field("cases", "integer"),
    dataset="the-counts",
    disclosure={"class": "aggregated counts", "counts": ["cases"], "reason": "counts of people"},
)
PLACES = contract_dict(
    field("district", constraints={"enum": DISTRICTS}),
    field("name"),
    field("people", "integer"),
    dataset="the-places",
)
BASE = [Contract.model_validate(each) for each in (CASES, COUNTS, PLACES)]
PUBLIC = {"class": "public facts", "reason": "Facts that anyone may know."}
DISTRICT = field("district", constraints={"enum": [*DISTRICTS, "all"]})
CASE_TYPE = field("case_type", constraints={"enum": [*TYPES, "all"]})
PERIOD = field("period", constraints={"pattern": r"\d{4}(-\d{2})?"})


def counted(*fields: dict[str, Any], **disclosure: Any) -> dict[str, Any]:
    said = {"class": "aggregated counts", "reason": "Counts of people.", "counts": ["cases"]}
    columns = [*fields, field("cases", "integer")]
    return {"fields": columns, "disclosure": said | disclosure}


def over(mart: str, fields: list[dict[str, Any]], disclosure: dict[str, Any], **more: Any) -> Contract:
    source = {"url": None, "mart": mart, "format": "parquet"}
    return make_contract(*fields, dataset=f"of-{mart}", source=source, disclosure=disclosure, **more)


def found(
    folder: Path, sql: str | dict[str, str], fields: list[dict[str, Any]], disclosure: dict[str, Any]
) -> str:
    """What is wrong with a contract over the mart `m`, in one text; empty where nothing is."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ({"m": sql} if isinstance(sql, str) else sql).items():
        (folder / f"{name}.sql").write_text(text)
    contract = over("m", fields, disclosure)
    traced = follow(folder, [*BASE, contract], ["m"])["m"]
    if not isinstance(traced, Traced):
        return str(traced)
    return "; ".join(map(str, problems_of(contract, traced)))


# --- which class may be declared ------------------------------------------------------------------

READS = {
    "records": ("select district, count(*) as cases from the_cases group by district", True),
    "records through a mart": ("select district, cases from by_district", True),
    "records through two marts": ("select district, cases from twice", True),
    "records in a with": (
        "with x as (select district, 1 as n from the_cases) select district, sum(n)::bigint as cases from x group by 1",
        True,
    ),
    "records in a condition": (
        "select district, people as cases from the_places where exists (select 1 from the_cases)",
        True,
    ),
    "records in a scalar": (
        "select district, (select count(*) from the_cases) as cases from the_places",
        True,
    ),
    "records under another case": ('select district, count(*) as cases from "THE_CASES" group by 1', True),
    "counts before protect": ("select district, cases from the_counts", True),
    "counts and facts": ("select district, cases from the_counts join the_places using (district)", True),
    "what is released": ("select district, cases from released_the_counts", False),
    "facts": ("select district, people as cases from the_places", False),
    "the catalogue": ("select 'A' as district, count(*) as cases from catalogue_downloads", False),
}
BETWEEN = {
    "by_district": "select district, count(*) as cases from the_cases group by district",
    "twice": "select district, cases from by_district",
}
CLASSES = ("public facts", "public register", "aggregated counts")


@pytest.mark.parametrize(("reads", "of"), itertools.product(READS, CLASSES))
def test_what_is_read_sets_the_least_that_is_declared(reads: str, of: str, tmp_path: Path) -> None:
    sql, guarded = READS[reads]
    counts = {"counts": ["cases"]} if of == "aggregated counts" else {}
    fields = [DISTRICT, field("cases", "integer")]
    said = found(
        tmp_path / "m", {**BETWEEN, "m": sql}, fields, {"class": of, "reason": "said by an author", **counts}
    )
    if not guarded:
        assert said == ""
    elif of != "aggregated counts":
        assert "disclosure.class: is" in said and "only 'aggregated counts' may be made" in said
    else:
        assert "disclosure.class" not in said


# --- what a dataset of counts may show ------------------------------------------------------------

RIGHT: dict[str, tuple[str, dict[str, Any]]] = {
    "by code": (READS["records"][0], counted(DISTRICT)),
    "by code and total": (
        "select coalesce(district, 'all') as district, count(*) as cases from the_cases group by rollup (district)",
        counted(DISTRICT),
    ),
    "by month": (
        "select strftime(received_at, '%Y-%m') as period, count(*) as cases from the_cases group by 1",
        counted(PERIOD),
    ),
    "with a rate and a mean": (
        "select district, count(*) as cases, count(*) filter (where urgent) as urgent, sum(score)::bigint as points, "
        "round(100.0 * count(*) filter (where urgent) / count(*), 1)::decimal(18, 1) as urgent_pct, "
        "round(sum(score) / count(*), 2)::decimal(18, 2) as mean from the_cases group by 1",
        {
            "fields": [
                DISTRICT,
                *(field(name, "integer") for name in ("cases", "urgent", "points")),
                field("urgent_pct", "number", decimals=1),
                field("mean", "number", decimals=2),
            ],
            "disclosure": {
                "class": "aggregated counts",
                "reason": "Counts of people.",
                "counts": ["cases", "urgent"],
                "rates": [{"field": "urgent_pct", "numerator": "urgent", "denominator": "cases"}],
                "means": [{"field": "mean", "count": "cases", "sum": "points"}],
            },
        },
    ),
    "sums of counts": (
        "select district, sum(n)::bigint as cases from (select district, case_type, count(*) as n from the_cases "
        "group by all) group by 1",
        counted(DISTRICT),
    ),
    "by a text that a test chooses": (
        "select case when score < 3 then 'A' else 'B' end as district, count(*) as cases from the_cases group by 1",
        counted(DISTRICT),
    ),
    "beside the name of the district": (
        "select p.district, count(*) as cases from the_cases c join the_places p using (district) group by 1",
        counted(DISTRICT),
    ),
    "of unreleased counts": ("select district, cases from the_counts", counted(DISTRICT)),
    "with every code of a list, and zero where nobody is counted": (
        "select district, coalesce(sum(n), 0)::bigint as cases from ("
        "select district, count(*) as n from the_cases group by 1 union all by name "
        "select unnest(['A', 'B']) as district) group by 1",
        counted(DISTRICT),
    ),
    "a total and its parts": (
        "select * from (select district, count(*) as cases from the_cases group by 1 union all "
        "select 'all', count(*) from the_cases)",
        counted(DISTRICT),
    ),
}
BY = "from the_cases group by district"
WRONG: dict[str, tuple[str, dict[str, Any], str]] = {
    "the first attack of the issue": (
        "select case_no, case_type, 1 as cases from the_cases",
        counted(field("case_no"), CASE_TYPE),
        "has a row for each record",
    ),
    "a record's number as a code": (
        "select district, min(case_no) as case_no, count(*) as cases from the_cases group by 1",
        counted(DISTRICT, field("case_no")),
        "case_no: is no count, rate or mean, and is made as a key",
    ),
    "a record's number in a code list": (
        "select case_no, count(*) as cases from the_cases group by 1",
        counted(field("case_no", constraints={"enum": ["C1", "C2"]})),
        "a key, a personal field or a free text of the_cases.case_no",
    ),
    "a part of a number": (
        "select left(case_no, 3) as district, count(*) as cases from the_cases group by 1",
        counted(DISTRICT),
        "a key, a personal field or a free text",
    ),
    "a pseudonym": (
        "select caller as district, count(*) as cases from the_cases group by 1",
        counted(DISTRICT),
        "a key",
    ),
    "a free text": (
        "select note as district, count(*) as cases from the_cases group by 1",
        counted(DISTRICT),
        "a key",
    ),
    "a text without a list": (
        f"select district as place, count(*) as cases {BY}",
        counted(field("place")),
        "place: has no small set of values",
    ),
    "an endless pattern": (
        f"select district as place, count(*) as cases {BY}",
        counted(field("place", constraints={"pattern": "[A-Z]{1,40}"})),
        "place: has no small set of values",
    ),
    "a list of everything": (
        f"select district as place, count(*) as cases {BY}",
        counted(field("place", constraints={"enum": [f"C{n}" for n in range(1001)]})),
        "place: has no small set of values",
    ),
    "a code that is no period": (
        f"select district as period, count(*) as cases {BY}",
        counted(PERIOD),
        "is declared as a period and is made as a code",
    ),
    "the day": (
        "select strftime(received_at, '%Y-%m-%d') as period, count(*) as cases from the_cases group by 1",
        counted(PERIOD),
        "a moment or a day",
    ),
    "the moment": (
        "select received_at::varchar as period, count(*) as cases from the_cases group by 1",
        counted(PERIOD),
        "has a row for each record",
    ),
    "a constant for a count": (
        f"select district, 1 as cases {BY}",
        counted(DISTRICT),
        "is made as a constant",
    ),
    "ten times a count": (
        f"select district, 10 * count(*) as cases {BY}",
        counted(DISTRICT),
        "something was done to",
    ),
    "a count and ten": (
        f"select district, count(*) + 10 as cases {BY}",
        counted(DISTRICT),
        "something was done to",
    ),
    "at least ten": (
        f"select district, greatest(count(*), 10) as cases {BY}",
        counted(DISTRICT),
        "something was",
    ),
    "another figure where it is small": (
        f"select district, case when count(*) < 10 then 1000 + count(*) else count(*) end as cases {BY}",
        counted(DISTRICT),
        "something was done to",
    ),
    "empty where it is three": (
        f"select district, nullif(count(*), 3) as cases {BY}",
        counted(DISTRICT),
        "by another figure (count)",
    ),
    "ten times each record": (
        "select district, count(*) as cases from the_cases, range(10) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "ten times each record in a list": (
        "select district, count(*) as cases from (select district, unnest([1, 2, 3]) from the_cases) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "ten ones for each record": (
        "select district, sum(n)::bigint as cases from the_cases cross join (select 1 as n from range(10)) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "each count twice, beside a list of codes": (
        "select district, sum(n)::bigint as cases from (with made as (select district, count(*) as n from the_cases "
        "group by 1) from made union all from made union all by name select unnest(['A', 'B']) as district) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "a count and one for each code of a list": (
        "select district, sum(n)::bigint as cases from (select district, count(*) as n from the_cases group by 1 "
        "union all by name select unnest(['A', 'B']) as district, 1 as n) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "each record twice": (
        "select district, count(*) as cases from (from the_cases union all from the_cases) group by 1",
        counted(DISTRICT),
        "something was done to",
    ),
    "a sum of hundreds": (
        f"select district, sum(case when urgent then 100 else 0 end)::bigint as cases {BY}",
        counted(DISTRICT),
        "is made as a total",
    ),
    "a sum of places": (
        f"select district, sum(easting)::bigint as cases {BY}",
        counted(DISTRICT),
        "a total of the_cases.easting",
    ),
    "the greatest of a field": (
        f"select district, max(score) as cases {BY}",
        counted(DISTRICT),
        "is made as a code",
    ),
    "how many kinds": (
        "select district, count(*) as cases from (select distinct district, case_type from the_cases) group by 1",
        counted(DISTRICT),
        "a number of groups",
    ),
    "a count as a text": (
        f"select count(*)::varchar as district, count(*) as cases {BY}",
        counted(DISTRICT),
        "something was done to",
    ),
    "a count in words": (
        f"select case count(*) when 3 then 'A' when 4 then 'B' else 'C' end as district, count(*) as cases {BY}",
        counted(DISTRICT),
        "is chosen by a figure (count)",
    ),
    "rows of a count alone": (
        f"select district, count(*) as cases {BY} having count(*) = 3",
        counted(DISTRICT),
        "leaves rows out by a figure",
    ),
    "the first rows by count": (
        f"select district, count(*) as cases {BY} order by cases limit 2",
        counted(DISTRICT),
        "takes the first rows only",
    ),
    "one record's case": (
        "select district, count(*) as cases from the_cases where case_no = 'C7' group by 1",
        counted(DISTRICT),
        "picks records by an identifier",
    ),
    "one record's place in a mean": (
        f"select district, count(*) as cases, sum(case when case_no = 'C7' then easting end) / count(*) as mean {BY}",
        {
            "fields": [DISTRICT, field("cases", "integer"), field("mean", "number", decimals=1)],
            "disclosure": counted()["disclosure"] | {"means": [{"field": "mean", "count": "cases"}]},
        },
        "picks records by an identifier",
    ),
    "a list of records' numbers": (
        "select district, count(*) as cases from the_cases where case_no in (select name from the_places) group by 1",
        counted(DISTRICT),
        "picks records by an identifier",
    ),
    "the greatest place as a mean": (
        f"select district, count(*) as cases, max(easting) as mean {BY}",
        {
            "fields": [DISTRICT, field("cases", "integer"), field("mean", "number", decimals=1)],
            "disclosure": counted()["disclosure"] | {"means": [{"field": "mean", "count": "cases"}]},
        },
        "is declared as a rate or a mean and is made as an amount",
    ),
    "the middle of places as a mean": (
        f"select district, count(*) as cases, median(easting) as mean {BY}",
        {
            "fields": [DISTRICT, field("cases", "integer"), field("mean", "number", decimals=1)],
            "disclosure": counted()["disclosure"] | {"means": [{"field": "mean", "count": "cases"}]},
        },
        "is declared as a rate or a mean",
    ),
    "all records in a list": (
        f"select list(case_no)::varchar as district, count(*) as cases {BY}",
        counted(DISTRICT),
        "a key, a personal field or a free text",
    ),
    "a number of the row": (
        "select row_number() over ()::varchar as district, 1 as cases from the_cases",
        counted(DISTRICT),
        "has a row for each record",
    ),
    "a rank of the count": (
        f"select district, rank() over (order by count(*)) as cases {BY}",
        counted(DISTRICT),
        "something was done to",
    ),
    "a key that is a figure that follows": (
        f"select district, count(*) as cases, avg(score) as pct, 'A' as met {BY}",
        {
            "fields": [
                field("met", constraints={"enum": ["A"]}),
                DISTRICT,
                field("cases", "integer"),
                field("pct", "number", decimals=1),
            ],
            "disclosure": counted()["disclosure"]
            | {"means": [{"field": "pct", "count": "cases"}], "follows": {"met": "pct"}},
        },
        "",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_counts_of_many_may_go_out(name: str, tmp_path: Path) -> None:
    sql, said = RIGHT[name]
    assert found(tmp_path / "m", sql, said["fields"], said["disclosure"]) == ""


@pytest.mark.parametrize("name", [name for name, (*_, said) in WRONG.items() if said])
def test_nothing_of_a_record_and_no_exact_count_goes_out(name: str, tmp_path: Path) -> None:
    sql, said, why = WRONG[name]
    assert why in found(tmp_path / "m", sql, said["fields"], said["disclosure"])


@pytest.mark.parametrize("name", [name for name, (*_, said) in WRONG.items() if said])
def test_a_mart_in_between_hides_nothing(name: str, tmp_path: Path) -> None:
    sql, said, _ = WRONG[name]
    columns = ", ".join(each["name"] for each in said["fields"])
    assert found(
        tmp_path / "m",
        {"inner_one": sql, "m": f"select {columns} from inner_one"},
        said["fields"],
        said["disclosure"],
    )


COLUMNS = [
    "case_no",
    "case_type",
    "district",
    "easting",
    "received_at",
    "note",
    "caller",
    "record_key",
    "urgent",
]
SAFE = {"case_type", "district", "urgent"}


@settings(max_examples=40, deadline=None)
@given(
    keys=st.lists(st.sampled_from(COLUMNS), min_size=1, max_size=3, unique=True),
    wrap=st.sampled_from(
        ["{}", "{}::varchar", "upper({}::varchar)", "coalesce({}::varchar, '-')", "min({}::varchar)"]
    ),
    through=st.integers(0, 3),
)
def test_no_field_that_is_no_code_passes_however_it_is_wrapped(
    keys: list[str], wrap: str, through: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    picked = wrap.startswith("min")
    shown = ", ".join(f"{wrap.format(key)} as k_{key}" for key in keys)
    by = " group by " + ("district" if picked else ", ".join(keys))
    marts = {"m0": f"select {shown}, count(*) as cases from the_cases{by}"}
    for at in range(through):
        marts[f"m{at + 1}"] = f"select * from m{at}"
    marts["m"] = f"select * from m{through}"
    fields = [field(f"k_{key}", constraints={"enum": ["a", "b"]}) for key in keys]
    said = found(tmp_path_factory.mktemp("m"), marts, **counted(*fields))
    assert (said == "") == ({*keys} <= SAFE), said


# --- all the way ----------------------------------------------------------------------------------


class House:
    """A store with a month of records, marts and contracts, taken all the way."""

    def __init__(self, root: Path, synthetic: bool = False) -> None:
        self.store, self.folder, self.root = open_store(root / "store"), root / "metrics", root
        (self.folder / "monthly").mkdir(parents=True)
        self.cases = Contract.model_validate(CASES | {"synthetic": synthetic})
        self.records(40)

    def records(self, number: int) -> None:
        rows = "".join(
            f"C{n},{TYPES[n % 2]},{DISTRICTS[n % 3]},{830000 + n}.0,{1 + n % 5},2023-01-05T10:00:00Z,true,n{n},p{n}\n"
            for n in range(number)
        )
        header = "case_no,case_type,district,easting,score,received_at,urgent,note,caller\n"
        month = self.cases.at("2023-01")
        put_snapshot(self.store, month, (header + rows).encode())
        stage_table(month, self.store)
        validate_table(month, self.store, self.root)
        switch_in([self.cases], self.store, self.root, self.cases.provider, "2023-01")

    def marts(self, *contracts: Contract) -> Marts:
        return Marts(self.folder, [self.cases, *BASE[1:], *contracts])

    def write(self, sql: str, name: str = "m") -> None:
        (self.folder / f"{name}.sql").write_text(sql)

    def take(self, contract: Contract) -> None:
        """Measure and collect up to an accepted table."""
        marts = self.marts(contract)
        compute_month(self.store, self.folder, marts.contracts, self.cases.provider, "2023-01")
        compute_marts(self.store, self.folder, marts.contracts)
        collect_source(contract, self.store, {})
        stage_table(contract, self.store)
        validate_table(contract, self.store, self.root)

    def expect_stop(self, contract: Contract, code: Code, *values: object) -> None:
        with stops(code, *values):
            protect_table(contract, self.store, self.marts(contract))
        assert not [
            line
            for line in Ledger(self.store)
            if line.kind == "disclosure" and line.subject == contract.dataset
        ]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    (tmp_path / "key").write_text("5a" * 32 + "a5" * 32)
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    return House(tmp_path)


ROWS = "select case_no, case_type, 1 as cases from the_cases"
GROUPED = "select district, count(*) as cases from the_cases group by district"


def of_district(**more: Any) -> Contract:
    said = counted(DISTRICT)
    return over("m", said["fields"], said["disclosure"], **more)


@pytest.mark.parametrize("sql", [ROWS, GROUPED])
def test_the_two_attacks_of_the_issue_end_at_the_gate(house: House, sql: str) -> None:
    house.write(sql)
    keys = [field("case_no"), CASE_TYPE] if sql == ROWS else [DISTRICT]
    contract = over("m", [*keys, field("cases", "integer")], PUBLIC)
    house.take(contract)
    house.expect_stop(contract, codes.disclosure.DECLARATION_TOO_WEAK, "'aggregated counts'")


def test_a_first_release_asks_a_second_person(house: House) -> None:
    house.write(GROUPED)
    contract = of_district()
    marts = house.marts(contract)
    house.take(contract)
    house.expect_stop(contract, codes.disclosure.APPROVAL_REQUIRED, "the-cases (personal records)")
    change = waiting(contract, house.store, marts=marts)
    assert change is not None
    for people in (
        {"proposed_by": "officer", "approved_by": "officer"},
        {"proposed_by": "a", "approved_by": "b"},
    ):
        with stops(codes.disclosure.APPROVAL_REFUSED, "of-m"):
            approve(change, house.store, reason="It is time for it.", **people)
    agree(contract, house.store, marts)
    protect_table(contract, house.store, marts)
    assert waiting(contract, house.store, marts=marts) is None
    protect_table(contract, house.store, marts)
    assert not [line for line in list_findings(house.store) if "nobody who may" in line]
    # Under another name it is another dataset.
    renamed = contract.model_copy(update={"dataset": "m-anew", "aliases": ["of-m"]})
    house.take(renamed)
    house.expect_stop(renamed, codes.disclosure.APPROVAL_REQUIRED, "m-anew")


def test_a_first_release_that_nobody_agreed_to_is_found_later(house: House) -> None:
    house.write(GROUPED)
    contract, store = of_district(), house.store
    house.take(contract)
    agree(contract, store, house.marts(contract))
    protect_table(contract, store, house.marts(contract))
    (line,) = [line for line in Ledger(store) if line.kind == "disclosure"]
    other = open_store(house.root / "other")
    Ledger(other).record("disclosure", line.subject, line.body)
    assert [each for each in list_findings(other) if "made from the-cases (personal records)" in each]


@pytest.mark.parametrize("synthetic", [True, False])
def test_the_policy_speaks_for_generated_records_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, synthetic: bool
) -> None:
    (tmp_path / "key").write_text("5a" * 32 + "a5" * 32)
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))

    body = yaml.safe_load((project().root / "include" / "policy.yaml").read_text("utf-8"))
    body["first_releases"] = {"of-m": "Generated records are behind it, and nobody real."}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(body))
    monkeypatch.setenv("PRAYA_POLICY", str(tmp_path / "policy.yaml"))
    house = House(tmp_path / "house", synthetic)
    house.write(GROUPED)
    contract = of_district(synthetic=True)
    house.take(contract)
    if not synthetic:
        house.expect_stop(contract, codes.disclosure.APPROVAL_REQUIRED, "of-m")
        return
    protect_table(contract, house.store, house.marts(contract))
    (line,) = [line for line in Ledger(house.store) if line.kind == "disclosure"]
    assert line.body["first_release"]["by"] == "policy"
    assert not [each for each in list_findings(house.store) if "nobody who may" in each]


def test_that_it_is_generated_is_said_by_what_is_made_from_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text("5a" * 32 + "a5" * 32)
    monkeypatch.setenv("PRAYA_PSEUDONYM_KEY_FILE", str(tmp_path / "key"))
    house = House(tmp_path / "house", synthetic=True)
    house.write(GROUPED)
    contract = of_district()
    traced = follow(house.folder, house.marts(contract).contracts, ["m"])["m"]
    assert isinstance(traced, Traced)
    assert [each.where for each in problems_of(contract, traced)] == ["synthetic"]
    with stops(codes.source.SYNTHETIC_NOT_DECLARED, contract.dataset, "`synthetic: true`"):
        house.take(contract)


MORE = {
    "another input": "select district, count(*) as cases from the_cases join the_counts using (district) group by 1",
    "another column": "select district, count(*) filter (where urgent) as cases from the_cases group by 1",
    "other groups": "select case_type as district, count(*) as cases from the_cases group by 1",
    "finer groups": "select if(score < 2, 'A', 'B') as district, count(*) as cases from the_cases group by 1",
    "fewer records": "select district, count(*) as cases from the_cases where district <> 'C' group by 1",
}
SAME = {
    "a remark": f"-- said again\n{GROUPED}",
    "other words": "with x as (select district from the_cases) select district, count(*) as cases from x group by all",
}


def released(house: House) -> Contract:
    contract = of_district()
    house.write(GROUPED)
    house.take(contract)
    agree(contract, house.store, house.marts(contract))
    protect_table(contract, house.store, house.marts(contract))
    return contract


@pytest.mark.parametrize("how", MORE)
def test_sql_that_reads_more_or_more_closely_asks(house: House, how: str) -> None:
    contract = released(house)
    if how == "another input":
        accept(house.store, BASE[1], b"district,cases\nA,30\nB,20\nC,40\n")
    house.write(MORE[how])
    house.take(contract)
    with stops(codes.disclosure.APPROVAL_REQUIRED, contract.dataset):
        protect_table(contract, house.store, house.marts(contract))
    agree(contract, house.store, house.marts(contract))
    protect_table(contract, house.store, house.marts(contract))


@pytest.mark.parametrize("how", SAME)
def test_sql_that_says_the_same_otherwise_asks_nobody(house: House, how: str) -> None:
    contract = released(house)
    house.write(SAME[how])
    house.take(contract)
    protect_table(contract, house.store, house.marts(contract))


def test_a_decision_from_before_lineage_asks_nobody_and_the_next_has_it(house: House) -> None:
    """As an older Praya left it: rules without lineage, a policy that knew nothing of it."""
    contract = of_district()
    house.write(GROUPED)
    house.take(contract)
    other = House(house.root / "old")
    other.write(GROUPED)
    other.take(contract)
    agree(contract, house.store, house.marts(contract))
    protect_table(contract, house.store, house.marts(contract))
    (line,) = [line for line in Ledger(house.store) if line.kind == "disclosure"]
    rules = {key: value for key, value in line.body["rules"].items() if key != "lineage"}
    approvers = {
        key: value
        for key, value in rules["floors"]["approvers"].items()
        if key not in ("first_release", "lineage")
    }
    rules["floors"] = rules["floors"] | {"approvers": approvers}
    # Nor was there a joint check, which would ask for what it kept of that decision.
    body = {key: value for key, value in line.body.items() if key != "joint"} | {"rules": rules}
    Ledger(other.store).record("disclosure", "of-m", body)
    protect_table(contract, other.store, other.marts(contract))
    last = Ledger(other.store).find("disclosure", "of-m")
    assert last is not None and last.body["rules"]["lineage"]["inputs"] == {"the-cases": "personal records"}


# --- ways round -----------------------------------------------------------------------------------


def test_a_mart_that_is_edited_after_it_was_collected_is_no_way_round(house: House) -> None:
    """The table holds exact counts of records; the SQL that is there when it is released reads facts alone."""
    house.write(GROUPED)
    contract = over("m", [DISTRICT, field("cases", "integer")], PUBLIC)
    house.take(contract)
    house.write("select district, people as cases from the_places")
    house.expect_stop(contract, codes.disclosure.MADE_FROM_OTHER_SOURCE, "mart m ")


def test_a_mart_behind_it_that_is_edited_is_no_way_round(house: House) -> None:
    house.write(GROUPED, "behind")
    house.write("select district, cases from behind")
    contract = over("m", [DISTRICT, field("cases", "integer")], PUBLIC)
    house.take(contract)
    house.write("select district, people as cases from the_places", "behind")
    house.expect_stop(contract, codes.disclosure.MADE_FROM_OTHER_SOURCE, "mart behind ")


def test_a_monthly_mart_behind_it_counts_too(house: House) -> None:
    house.write(
        "select getvariable('month') as period, count(*) as cases from the_cases", "monthly/each_month"
    )
    house.write("select period, cases from each_month")
    facts = over("m", [PERIOD, field("cases", "integer")], PUBLIC)
    house.take(facts)
    house.expect_stop(facts, codes.disclosure.DECLARATION_TOO_WEAK, "'aggregated counts'")
    said = counted(PERIOD)
    contract = over("m", said["fields"], said["disclosure"])
    house.take(contract)
    agree(contract, house.store, house.marts(contract))
    protect_table(contract, house.store, house.marts(contract))
    house.write("select getvariable('month') as period, 7 as cases from the_places", "monthly/each_month")
    with stops(codes.disclosure.MADE_FROM_OTHER_SOURCE, "each_month"):
        protect_table(contract, house.store, house.marts(contract))


def test_marts_of_an_older_store_are_known_by_their_states(house: House) -> None:
    """They have no `made.json` beside their tables, and go out all the same; another SQL is seen as well."""
    house.write(
        "select getvariable('month') as period, count(*) as cases from the_cases", "monthly/each_month"
    )
    house.write("select period, cases from each_month")
    said = counted(PERIOD)
    contract = over("m", said["fields"], said["disclosure"])
    house.take(contract)
    made = [*house.store.path("marts").rglob("made.json")]
    assert len(made) == 2
    for path in made:
        path.unlink()
    agree(contract, house.store, house.marts(contract))
    protect_table(contract, house.store, house.marts(contract))
    house.write(
        "select getvariable('month') as period, count(*) as cases from the_cases --", "monthly/each_month"
    )
    with stops(codes.disclosure.MADE_FROM_OTHER_SOURCE, "each_month"):
        protect_table(contract, house.store, house.marts(contract))


def test_a_contract_that_is_edited_after_it_was_checked_is_no_way_round(house: House) -> None:
    house.write(GROUPED)
    house.take(of_district())
    laxer = over("m", [DISTRICT, field("cases", "integer")], PUBLIC)
    house.expect_stop(laxer, codes.disclosure.DECLARATION_TOO_WEAK, "'aggregated counts'")


def test_the_records_own_class_does_not_become_laxer_unseen(house: House) -> None:
    """Records whose contract is edited to public facts, for themselves and for what is made from them."""
    contract = released(house)
    facts = {key: value for key, value in CASES.items() if key not in ("retention", "disclosure")}
    fields = [each for each in CASES["schema"]["fields"] if each["name"] != "caller"]
    laxer = Contract.model_validate(
        facts
        | {"disclosure": PUBLIC, "partition": None, "schema": {"primaryKey": ["case_no"], "fields": fields}}
    )
    accept(
        house.store,
        laxer,
        b"case_no,case_type,district,easting,score,received_at,urgent,note\nC1,enquiry,A,1.0,1,2023-01-05T10:00:00Z,true,n\n",
    )
    marts = Marts(house.folder, [laxer, contract])
    with stops(codes.disclosure.APPROVAL_REQUIRED, "personal records", "of-m"):
        protect_table(laxer, house.store, marts)
    with stops(codes.disclosure.APPROVAL_REQUIRED, "the-cases"):
        protect_table(contract, house.store, marts)


@pytest.mark.parametrize("way", ["its file", "its bytes from elsewhere", "a link to it"])
def test_a_file_that_was_exported_from_the_store_is_no_way_round(house: House, way: str) -> None:
    house.write(GROUPED)
    house.take(of_district())
    (table,) = house.store.path("marts/m").glob("*/mart.parquet")
    place = table
    if way != "its file":
        place = house.root / "elsewhere.parquet"
        if way == "a link to it":
            place.symlink_to(table)
        else:
            place.write_bytes(table.read_bytes())
    contract = make_contract(
        DISTRICT,
        field("cases", "integer"),
        dataset="taken",
        source={"url": place.as_uri(), "format": "parquet"},
    )
    put_snapshot(house.store, contract, table.read_bytes())
    accept(house.store, contract, table.read_bytes())
    house.expect_stop(contract, codes.disclosure.SOURCE_IN_STORE, "taken")


def test_a_contract_that_names_another_source_after_the_mart_was_collected_is_no_way_round(
    house: House,
) -> None:
    house.write(GROUPED)
    house.take(of_district())
    house.write("select district, count(*) + 1 as cases from the_cases group by district")
    marts = house.marts()
    compute_marts(house.store, *marts)
    contract = make_contract(
        DISTRICT,
        field("cases", "integer"),
        dataset="of-m",
        source={"url": "https://example.gov.hk/counts.parquet", "format": "parquet"},
    )
    house.expect_stop(contract, codes.disclosure.MADE_FROM_OTHER_SOURCE, "mart:m")


def test_a_state_that_points_to_the_records_is_no_way_round(house: House) -> None:
    contract = make_contract(field("case_no"), dataset="taken")
    accept(house.store, contract, b"case_no\nC1\n")
    accepted = house.store.state(Accepted, "taken")
    (records,) = house.store.path("staged/the-cases/2023-01").glob("*/table.parquet")
    assert accepted is not None
    house.store.set_state("taken", msgspec.structs.replace(accepted, table=house.store.key(records)))
    house.expect_stop(contract, codes.disclosure.TABLE_RECORD_DIFFERS, house.store.key(records))


@pytest.mark.parametrize(
    ("rows", "code", "value"),
    [
        (
            "select district, count(*) as cases, 0 as urgent, 50.0::decimal(18,1) as pct from the_cases group by 1",
            codes.disclosure.DECLARATION_TOO_WEAK,
            "schema.fields.pct",
        ),
        (
            "select district, count(*) as cases, count(*) filter (where urgent) as urgent, "
            "(100.0 * count(*) filter (where score = 1) / count(*))::decimal(18,1) as pct from the_cases group by 1",
            codes.disclosure.FIGURES_CONTRADICT_CONTRACT,
            "pct",
        ),
    ],
)
def test_a_rate_is_that_of_its_counts(house: House, rows: str, code: Code, value: str) -> None:
    house.write(rows)
    disclosure = {
        "class": "aggregated counts",
        "reason": "Counts of people.",
        "counts": ["cases", "urgent"],
        "rates": [{"field": "pct", "numerator": "urgent", "denominator": "cases"}],
    }
    fields = [
        DISTRICT,
        field("cases", "integer"),
        field("urgent", "integer"),
        field("pct", "number", decimals=1),
    ]
    contract = over("m", fields, disclosure)
    house.take(contract)
    house.expect_stop(contract, code, value)


def test_the_project_s_own_datasets_declare_what_they_are_made_from() -> None:

    contracts, problems = read_contracts(project())
    assert problems == [] and contracts == load_contracts(project())
    wanted = {one.dataset: one.source.mart for one in contracts if one.source.mart}
    traced = follow(project().metrics, contracts, wanted.values())
    guarded = set()
    for one in contracts:
        if one.source.mart:
            of = traced[one.source.mart]
            assert isinstance(of, Traced), of
            assert problems_of(one, of) == []
            guarded |= {one.dataset} if of.guarded else set()
    assert guarded == {
        f"1823-{name}"
        for name in (
            "cases-by-department",
            "cases-by-district",
            "cases-by-subject",
            "contact-volumes",
            "satisfaction",
            "service-levels",
        )
    }

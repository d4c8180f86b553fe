"""SQL of marts and suites by an author who wants to read what he may not: files, settings, the clock, other tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from made import accept, field, make_contract, open_store, rows_of
from made.expected import stops
from praya.errors import ContractError, MeasureError, codes
from praya.lineage import SqlRefused, Traced, check_select, follow
from praya.lineage.functions import BOUND, FLOATS, ORDER, TABLES, group, list_functions
from praya.pipeline.measure import compute_marts, load_marts
from praya.pipeline.validate.suite import load_suite
from praya.store import Store
from praya.store.duck import connect, instance, literal, lock

pytestmark = pytest.mark.slow

SECRET = "S3CRET-of-another-house"
PEOPLE = make_contract(dataset="the-people")
PLACES = make_contract(dataset="the-places")
BOTH = [PEOPLE, PLACES]
KINDS = ("table", "table_macro", "pragma")


def listed(*kinds: str) -> list[str]:
    """The functions of these kinds that the installed DuckDB lists."""
    with connect() as con:
        found = con.execute(
            "select distinct function_name from duckdb_functions() where list_contains(?, function_type) order by 1",
            [list(kinds)],
        ).fetchall()
    return [name for (name,) in found]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder outside of every store with the secret in each form that DuckDB can read."""
    folder = tmp_path_factory.mktemp("house of others")
    for name in ("secret.txt", "secret.csv"):
        (folder / name).write_text(f"a\n{SECRET}\n")
    (folder / "secret.json").write_text(json.dumps([{"a": SECRET}]))
    with duckdb.connect(str(folder / "secret.db")) as con:
        con.execute(f"create table secret as select '{SECRET}' as a")
        con.execute(f"copy (from secret) to '{folder / 'secret.parquet'}' (format parquet)")
    return folder


def calls_of(name: str, planted: Path) -> Iterator[str]:
    files = [planted / f"secret.{kind}" for kind in ("txt", "csv", "json", "parquet", "db")]
    yield f"{name}()"
    yield f"{name}('select * from read_text({literal(str(files[0]))[1:-1]!r})')"
    for path in (*files, planted / "*"):
        yield f"{name}({literal(str(path))})"
        yield f"{name}([{literal(str(path))}])"
    yield f"{name}('the_people')"
    yield f"{name}({literal(str(files[3]))}, 'a', '{SECRET}')"


def mart(folder: Path, sql: str, name: str = "m") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.sql").write_text(sql, "utf-8")
    return folder


def refused(folder: Path, sql: str) -> str:
    with pytest.raises(MeasureError) as caught:
        load_marts(mart(folder, sql), BOTH)
    return str(caught.value)


def suite_says(folder: Path, sql: str) -> str:
    folder.mkdir(exist_ok=True)
    each = {"type": "unexpected_rows_expectation", "kwargs": {"unexpected_rows_query": sql}}
    path = folder / "sample.json"
    path.write_text(json.dumps({"name": "sample", "expectations": [each]}), "utf-8")
    try:
        load_suite(path)
    except ContractError as error:
        return str(error)
    return ""


# --- every function that DuckDB lists -------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in listed(*KINDS) if name not in group(TABLES)])
def test_no_table_function_is_called_in_a_mart_or_a_suite(name: str, tmp_path: Path, planted: Path) -> None:
    """But for range, generate_series and unnest, which read nothing: by both layers, each by itself."""
    for call in calls_of(name, planted):
        for sql in (
            f"select * from {call}, the_people",
            f"select (select a from {call} limit 1) from the_people",
        ):
            with pytest.raises(SqlRefused):
                check_select(sql, {"the_people"})
    said = refused(
        tmp_path / "metrics", f"select * from {name}({literal(str(planted / 'secret.csv'))}), the_people"
    )
    assert SECRET not in said
    said = suite_says(
        tmp_path / "suites", f"select * from {{batch}}, {name}({literal(str(planted / 'secret.csv'))})"
    )
    assert "expectations[0]" in said and SECRET not in said


def test_a_locked_connection_reads_no_other_file_by_any_table_function(planted: Path, tmp_path: Path) -> None:
    """The lock alone, for a function that another version of DuckDB might bring in."""
    allowed = tmp_path / "allowed.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 'ours' as a) to '{allowed}' (format parquet)")
    tried = 0
    with instance(tmp_path) as con:
        con.execute(f"create view the_people as from read_parquet('{allowed}')")
        lock(con, allowed, tmp_path / "out.parquet")
        for name in listed(*KINDS):
            if name in ("read_duckdb",):
                continue  # attaches a database, and an attached one would stay; looked at below
            for call in calls_of(name, planted):
                for sql in (f"select * from {call}", f"call {call}"):
                    tried += 1
                    try:
                        rows = con.execute(sql).fetchmany(50)
                    except (duckdb.Error, RuntimeError, ValueError, OSError):
                        continue
                    asked = SECRET in sql
                    assert asked or SECRET not in str(rows), sql
        assert con.execute("select a from the_people").fetchall() == [("ours",)]
        with pytest.raises(duckdb.Error):
            con.execute(
                f"select * from read_duckdb('{planted / 'secret.db'}', table_name := 'secret')"
            ).fetchall()
    assert tried > 2000


def test_only_listed_scalar_functions_are_called(tmp_path: Path, planted: Path) -> None:
    """Whatever DuckDB lists beside functions.txt is refused, and nothing in it reads files or differs by run."""
    path = literal(str(planted / "secret.txt"))
    may, names = list_functions(BOUND), listed("scalar", "aggregate", "macro", "window")
    others = [name for name in names if name.lower() not in may and name.isidentifier()]
    assert {"random", "now", "uuid", "version", "current_setting", "nextval", "txid_current"} <= {*others}
    for name in others:
        for call in (f"{name}()", f"{name}({path})", f"{name}(id)"):
            with pytest.raises(SqlRefused):
                check_select(f"select {call} from the_people", {"the_people"})
    with instance(tmp_path) as con:
        lock(con)
        for name in names:
            for call in (f"{name}()", f"{name}({path})", f"{name}([{path}])"):
                try:
                    found = str(con.execute(f"select {call}").fetchall())
                except (duckdb.Error, RuntimeError, ValueError, UnicodeDecodeError):
                    continue
                assert SECRET not in found, call


# What goes by the zone of the session is stable within a query, DuckDB says; every connection here sets the zone.
OF_A_ZONE = ("make_timestamptz", "timezone")
ZONED = {"TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS"}


def test_every_listed_function_is_there_and_always_gives_the_same() -> None:
    with connect() as con:
        rows = con.execute(
            "select lower(function_name), stability, function_type, parameter_types from duckdb_functions()"
        ).fetchall()
        assert con.sql("select current_setting('TimeZone')").fetchall() == [("UTC",)]
    stability: dict[str, set[str]] = {}
    for name, of, kind, given in rows:
        by_zone = of == "CONSISTENT_WITHIN_QUERY" and (name in OF_A_ZONE or ZONED & {*given})
        whole = by_zone or kind not in ("scalar", "aggregate", "window")
        stability.setdefault(name, set()).add("CONSISTENT" if whole else of)
    assert stability["now"] == stability["current_date"] == {"CONSISTENT_WITHIN_QUERY"}
    words = {
        "and",
        "or",
        "not",
        "ifnull",
        "fdiv",
        "fmod",
        "if",
        "nullif",
        "->",
        "width_bucket",
        "array_value",
        "apply",
    }
    for name in list_functions(BOUND):
        assert name in stability or name in words, name
        assert name not in ("age", "now"), "which goes by the day of the query"
        assert stability.get(name, {"CONSISTENT"}) == {"CONSISTENT"}, name
    assert group(TABLES) == {"range", "generate_series", "unnest"}
    assert group(ORDER) | group(FLOATS) <= list_functions()


# --- names, statements, texts ---------------------------------------------------------------------


def tricks(planted: Path) -> dict[str, str]:
    csv, txt = str(planted / "secret.csv"), str(planted / "secret.txt")
    return {
        "a file by its name": f"select * from '{csv}', the_people",
        "a file in double quotes": f'select * from "{csv}", the_people',
        "a glob": f"select * from '{planted}/*.csv', the_people",
        "an address": "select * from 'https://example.gov.hk/x.parquet', the_people",
        "from first": f"from '{csv}'",
        "in a lateral join": f"select * from the_people, lateral (select * from '{csv}')",
        "in a deep subquery": f"select (select max(a) from (select * from (from '{csv}'))) from the_people",
        "in exists": f"select id from the_people where exists (from '{csv}')",
        "in a with of another name": f"with x as (from '{csv}') select * from x, the_people",
        "query": f"select * from query('select * from read_text(''{txt}'')'), the_people",
        "query of an input": "select * from query('select * from the_places'), the_people",
        "query_table": "select * from query_table('the_places'), the_people",
        "query_table of several": "select * from query_table(['the_places', 'the_people'])",
        "a schema": "select * from information_schema.tables, the_people",
        "the catalogue of PostgreSQL": "select * from pg_catalog.pg_settings, the_people",
        "a view of DuckDB's": "select * from duckdb_settings, the_people",
        "sqlite_master": "select * from sqlite_master, the_people",
        "another database": "select * from other.main.the_people",
        "Python's own variables": "select * from BOTH, the_people",
        "show": "select * from (show all tables), the_people",
        "describe": "select * from (describe the_people)",
        "summarize": "select * from (summarize the_people)",
        "a macro": "create macro f() as table from read_text('x')",
        "several statements": "select id from the_people; select 1",
        "a statement behind a comment": "select id from the_people -- \n; drop table the_people",
        "copy": f"copy the_people to '{planted}/out.csv'",
        "attach": f"attach '{planted}/secret.db'",
        "install": "install httpfs",
        "load": "load httpfs",
        "set": "set enable_external_access = true",
        "pragma": "pragma database_list",
        "call": "call duckdb_settings()",
        "an insert in a with": "with x as (insert into the_people values (1, 'a') returning id) select * from x",
        "a dynamic pivot": "pivot the_people on name",
        "a parameter": "select ? from the_people",
        "a named parameter": "select $name from the_people",
        "a zero byte": "select id from the_people\0; select 1",
        "an open comment": "select id from the_people /* ",
        "a bracket too many": "select id from the_people) union all (select 1",
        "an open dollar quote": "select $$a from the_people",
        "a sample": "select id from the_people using sample 10%",
        "a table sample": "select id from the_people tablesample 1 rows",
        "a variable": "select getvariable('praya_inner_key') from the_people",
        "a variable of months in no monthly mart": "select getvariable('month') from the_people",
        "a built name of a variable": "select getvariable('mo' || 'nth') from the_people",
        "a function with a schema": "select system.main.random() from the_people",
        "a function as a method": "select name.read_text() from the_people",
        "in an order": "select id from the_people order by random()",
        "in a limit": "select id from the_people limit (select count(*) from duckdb_settings())",
        "in a filter": "select count(*) filter (where random() < 0.5) from the_people",
        "in a window": "select row_number() over (order by random()) from the_people",
        "in a lambda": "select list_transform([1], lambda x: random()) from the_people",
        "in qualify": "select id from the_people qualify row_number() over (order by uuid()) = 1",
        "in an unpivot": f"from (unpivot (from '{csv}') on a)",
        "in a pivot": f"from (pivot (from '{csv}') on a in ('x') using count(*))",
        "a time travel": "select * from the_people at (version => 1)",
        "a collation": "select name collate zh from the_people",
        "dollar quoting": f"select * from query($x$ from '{csv}' $x$), the_people",
        "capitals": f"SELECT * FROM READ_TEXT('{txt}'), the_people",
        "quotes around a function": f"""select * from "read_text"('{txt}'), the_people""",
        "comments in a function": f"select * from/**/read_text/**/('{txt}'), the_people",
        "a run of SQL as JSON": "select * from json_execute_serialized_sql(json_serialize_sql('select 1')), the_people",
        "an error that tells": f"select error(name) from the_people where '{txt}' <> ''",
    }


@pytest.mark.parametrize("trick", [*tricks(Path("x"))])
def test_a_trick_is_refused_in_a_mart_and_in_a_suite(trick: str, tmp_path: Path, planted: Path) -> None:
    sql = tricks(planted)[trick]
    assert SECRET not in refused(tmp_path / "metrics", sql)
    if "{" not in sql:
        said = suite_says(tmp_path / "suites", sql.replace("the_people", "{batch}"))
        assert said and SECRET not in said


@pytest.mark.parametrize(
    "sql",
    [
        "select current_date as d from the_people",
        "select current_timestamp as d from the_people",
        "select localtime as d from the_people",
        "select id from the_people where current_date > date '2020-01-01'",
    ],
)
def test_what_only_the_binder_sees_is_found_in_its_plan(sql: str, tmp_path: Path) -> None:
    """Words without brackets become functions when they are bound; the mart cannot be released."""
    found = follow(mart(tmp_path / "metrics", sql), BOTH)["m"]
    assert isinstance(found, SqlRefused) and "is bound to" in str(found)


# --- lineage is what was bound --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sql", "inputs"),
    [
        ("select * from the_people", ["the_people"]),
        ('select * from "THE_PEOPLE"', ["the_people"]),
        ("with the_people as (select * from the_places) select * from the_people", ["the_places"]),
        (
            "with the_people as (select 1 as id) select * from the_places where id in (select id from the_people)",
            ["the_places"],
        ),
        ("with unused as (select * from the_people) select id from the_places", ["the_places"]),
        ("select (select max(p.id) from the_people p) from the_places", ["the_people", "the_places"]),
        (
            "select 1 as one from the_places where exists (select 1 from the_people)",
            ["the_people", "the_places"],
        ),
        ("from the_places select id", ["the_places"]),
        (
            "select a.id from the_places a, lateral (select id from the_people p where p.id = a.id) b",
            ["the_people", "the_places"],
        ),
        (
            "with a as (with the_places as (select * from the_people) select * from the_places) select * from a",
            ["the_people"],
        ),
        (
            "with recursive r as (select id from the_people union all select id + 1 from r where id < 3) from r",
            ["the_people"],
        ),
    ],
)
def test_inputs_are_what_is_bound(sql: str, inputs: list[str], tmp_path: Path) -> None:
    (found,) = load_marts(mart(tmp_path / "metrics", sql), BOTH)
    assert found.inputs == inputs


def test_marts_are_traced_again_when_their_sql_or_the_tables_change(tmp_path: Path) -> None:
    folder, (people, places) = mart(tmp_path / "metrics", "select * from the_people"), BOTH
    (first, again) = (follow(folder, BOTH) for _ in range(2))
    assert first == again and first["m"] is again["m"]
    turned = people.model_copy(
        update={"schema_": people.schema_.model_copy(update={"fields": people.fields[::-1]})}
    )
    (turned_mart,) = follow(folder, [turned, places]).values()
    assert isinstance(turned_mart, Traced)
    assert [*turned_mart.types] == [field.name for field in turned.kept_fields]
    mart(folder, "select * from the_places")
    (other,) = follow(folder, BOTH).values()
    assert isinstance(other, Traced) and other.inputs == {"the_places"}
    mart(folder, "select now() from the_places")
    for _ in range(2):  # a refusal is one the second time too
        assert isinstance(follow(folder, BOTH)["m"], SqlRefused)


def test_a_select_is_checked_for_the_tables_of_each_caller() -> None:
    sql = "select * from the_people"
    assert check_select(sql) == check_select(sql, {"THE_PEOPLE"}) == {"the_people"}
    for _ in range(2):
        with pytest.raises(SqlRefused):
            check_select(sql, {"the_places"})
        with pytest.raises(SqlRefused):
            check_select("select getvariable('month') from the_people")
    assert check_select("select getvariable('month') from the_people", None, ["month"]) == {"the_people"}


def test_marts_differ_in_more_than_capitals_and_from_what_they_could_be_taken_for(tmp_path: Path) -> None:
    folder = mart(tmp_path / "metrics", "select * from the_people", "M")
    with stops(codes.measure.MARTS_FAILED, "M.sql"):
        load_marts(folder, BOTH)
    for name in ("released_the_people", "catalogue_releases", "the_people"):
        with stops(codes.measure.MARTS_FAILED, f"{name}.sql"):
            load_marts(mart(tmp_path / name, "select * from the_places", name), BOTH)
    twin = make_contract(dataset="released-the-people")
    with stops(codes.sql.TABLE_NAME_TAKEN, "released-the-people"):
        load_marts(mart(tmp_path / "twin", "select * from the_people"), [*BOTH, twin])


# --- the run itself -------------------------------------------------------------------------------


def test_a_mart_that_slipped_through_still_reads_and_writes_nothing_else(
    store: Store, tmp_path: Path, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the list of functions out of the way, the lock is what is left."""
    accept(store, PEOPLE, b"id,name\n1,a\n")
    monkeypatch.setattr("praya.pipeline.measure.marts.check_select", lambda *_: {"the_people"})
    for number, call in enumerate(
        [f"read_text('{planted}/secret.txt')", f"glob('{planted}/*')", f"sniff_csv('{planted}/secret.csv')"]
    ):
        folder = mart(tmp_path / f"metrics {number}", f"select x.* from {call} x, the_people")
        failed = compute_marts(store, folder, BOTH)["m"].failed
        assert failed is not None and "cannot run" in failed and "Permission Error" in failed
        assert SECRET not in failed


def test_answers_that_hang_on_the_order_of_rows_are_the_same_each_time(tmp_path: Path, store: Store) -> None:
    lines = b"".join(b"%d,%d.1\n" % (n, n % 7) for n in range(30_000))
    numbers = make_contract(field("id", "integer"), field("x", "number"), dataset="the-people")
    accept(store, numbers, b"id,x\n" + lines)
    sql = (
        "select any_value(id) as a, sum(x * 1e-9 + 1 / (id + 1.5)) as s, list(id)[1] as l, mode(x) as m "
        "from the_people group by x"
    )
    folder = mart(tmp_path / "metrics", sql)
    (found,) = load_marts(folder, [numbers])
    assert found.ordered
    first = rows_of(store.path(compute_marts(store, folder, [numbers])["m"].tables[0]))
    for at in range(3):
        again = open_store(tmp_path / f"again {at}")
        accept(again, numbers, b"id,x\n" + lines)
        assert rows_of(again.path(compute_marts(again, folder, [numbers])["m"].tables[0])) == first
    plain = load_marts(
        mart(tmp_path / "plain", "select sum(id) as s, count(*) as n from the_people"), [numbers]
    )
    assert not plain[0].ordered, "whole numbers add up the same in any order: all processors may work"

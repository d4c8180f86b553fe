"""Row queries reach DuckDB as Great Expectations sends them, and only those that filter the table join the scan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.validate.scanned import agree, rows_query, views
from praya.pipeline.validate.engine import evaluate
from praya.pipeline.validate.kwargs import Unsure
from praya.pipeline.validate.queries import conditions_of, sql_of
from praya.pipeline.validate.row_query import type_query
from praya.pipeline.validate.table_scan import scan

QUERIES = [
    "select * from {batch} where n < 0",
    "select n, w from {batch} where n < 0;  \n",
    "select * from {batch} where n < 0 -- and no more",
    "select * from {batch} where n < 0 order by n",
    "select * from {batch} where n < 0 order by n -- and no more",
    "select * from {batch} as named where n < 0",
    "select * from {batch} as a join {batch} as b using (n) where n < 0",
    "select * from {batch} where w = 'join' or n < 0",
    "select a.n from {batch} as a where w = 'join' or n < 0",
    "select a.n from {batch} as a anti join {batch} as b on a.n = b.n and a.w <> 'x'",
    "select a.n from {batch} as a anti join {batch} as b on a.n = b.n and not regexp_matches(a.w, '\\d')",
    "select subselect.n from {batch} where n < 0",
    "select w as n, n as w from {batch} where n < 0",
    "select n as unseen from {batch} where unseen < 0",
    "select n, n from {batch} where n < 0",
    "select nonsense from {batch} where n < 0",
    "select * from {batch} where nonsense < 0",
    "select * from {batch} where w < 0",
    "select * from {batch} where sum(n) < 0",
    "select * from {batch} where n < (select min(n) from {batch})",
    "select sum(w::integer) as total from {batch} having count(*) > 5",
    "select max(n) as most from {batch} having most > 5",
    "with few as (select n from {batch}) select * from few where n < 0",
    "select n from {batch} where n < 0 union all select 1 from {batch} where n > 5",
    "select n from {batch} where n < 0 limit 1",
    "select distinct n from {batch} where n < 0",
    "select n, row_number() over () as place from {batch} where n < 0",
    "select n from {batch} qualify count(*) over (partition by n) > 1",
    "select n from {batch} group by n having count(*) > 1",
    "select n from {batch} where n < 0 group by n",
    "select n from {batch} using sample 1 rows",
    "from {batch} where n < 0",
    "from {batch}",
    "select * from {batch} where :n < 0",
    "select * from {batch} where n < $1",
    "select * from {batch} where n < ?",
    "select * from {batch} where w = '\\:x' or n\\:\\:varchar = 'x'",
    "select * from {batch} where n::varchar = 'x'",
    "select * from {batch} where w = 'a:b'",
    "select * from {batch} where w like '100%' or w = '%(n)s'",
    "select * from {batch} where regexp_full_match(w, '[x-z]{{1,2}}')",
    "select * from {batch} where regexp_full_match(w, '[x-z]{1,2}')",
    "select * from {batch} where regexp_full_match(w, '{}')",
    "select * from {other} where n < 0 -- {batch}",
    "select * from {batch}; drop view _batch",
    "select * from {batch} where false; select * from {batch}",
    "select * from {batch}) as x, (select * from {batch}",
    "select * from read_csv('/etc/hosts'), {batch} where false",
    type_query("n", "BIGINT"),
    type_query("n", "DOUBLE"),
    type_query("none", "DOUBLE"),
    "select * from other_one where exists (select 1 from {batch} where n = 7)",
    "select 1 from {batch} where 1 = 0 and error('x') = 'x'",
    "select w::integer as number from {batch} where n < 0",
    "select * from {batch} where w = '\ud800'",
    f"select * from {{batch}} where {'n + ' * 300} 0 < 0",
    f"select * from {{batch}} where {'n + ' * 3000} 0 < 0",
    "",
]  # fmt: skip


def test_queries_reach_duckdb_as_gx_sends_them(three: Path) -> None:
    asked = [rows_query(query) for query in QUERIES]
    answered, clean = agree(three, asked, {"other_one": three}, cautious=True)
    left = [QUERIES[index] for index in set(clean) - set(answered)]
    assert len(answered) > 20
    assert left == [query for query in QUERIES if "join" in query and "\\" in query]


def test_a_query_with_other_kwargs_is_left_to_gx(three: Path) -> None:
    query = rows_query("select * from {batch} where n < 0")
    query["kwargs"]["row_condition"] = None
    with views(three) as connection:
        assert scan(connection, [query]) == {}


@pytest.mark.parametrize("query", QUERIES)
def test_the_sql_is_the_one_that_gx_sends(three: Path, query: str, monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        ours = sql_of({"unexpected_rows_query": query})
    except Unsure:
        return
    from praya.pipeline.validate.connection import Cursor

    sent: list[str] = []
    execute = Cursor.execute

    def recorded(self: Any, statement: str, *rest: Any, **named: Any) -> Any:
        sent.append(statement)
        return execute(self, statement, *rest, **named)

    monkeypatch.setattr(Cursor, "execute", recorded)
    evaluate(three, [rows_query(query)], name="t", references={"other_one": three}, scan=False)
    assert any(ours in statement for statement in sent), (ours, sent[-1])


FILTERING = "select * from {batch} where n < 0"
MORE_THAN_FILTERING = [
    "select n + 1 from {batch} where n < 0",
    "select w as n from {batch} where n < 0",
    "select * from {batch} where n < 0 limit 1",
    "select * from {batch} where n < 0 order by n",
    "select distinct n from {batch} where n < 0",
    "select n from {batch} where n < 0 group by n",
    "select * from {batch} where N < 0",
    "select * from {batch} where n in (select 1)",
    "select * from {batch} where row_number() over () < 0",
    "select * from {batch} as a join {batch} as b using (n) where n < 0",
    "select * from {batch} tablesample 10 percent where n < 0",
    "with x as (select 1) select * from {batch} where n < 0",
    "select * exclude (n) from {batch} where n < 0",
    "select * from {batch}",
]


def test_only_what_filters_the_table_joins_the_scan(three: Path) -> None:
    with views(three) as connection:
        columns = {"n": "BIGINT", "d": "DATE", "w": "VARCHAR"}
        queries = [FILTERING, *MORE_THAN_FILTERING, "nonsense {batch}", FILTERING]
        sqls = [sql_of({"unexpected_rows_query": query}) for query in queries]
        found = conditions_of(connection, sqls, columns)
    assert [each is not None for each in found] == [True, *[False] * (len(queries) - 2), True]

"""What a contract says of its fields, as Great Expectations: one report then shows all that was checked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from praya.contract import Contract, Field, Text
from praya.contract.fields import ForeignKey
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.messages import speaker
from praya.pipeline.validate.row_query import ROWS_QUERY, query_where, type_query
from praya.pipeline.validate.rule_specs import Expected, FieldRule
from praya.store import table_name
from praya.store.duck import identifier

Expectation = dict[str, Any]
Rule = tuple[str, str]
"""A rule in words: in English, and in Traditional Chinese."""

# DuckDB's names of the types that the fields have on the store. A moment in time is TIMESTAMP here because
# the view that is checked shows moments as Hong Kong's clock did (views.py).
TYPES = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
    "time": "TIME",
    "year": "INTEGER",
    "yearmonth": "VARCHAR",
}


# The id of a rule on every reference ends in this, after that of the rule that tolerates some.
EVERY = ":every"
LIMIT = " qualify count(*) over () > "


def is_limited(query: str, other: str) -> bool:
    """Whether `other` is `query` with a limit below which its rows are tolerated."""
    start = query + LIMIT
    return other.startswith(start) and other[len(start) :].isdecimal()


def from_contract(contract: Contract) -> list[Expectation]:
    """The expectations that follow from the contract's Table Schema, all critical, field by field.

    Ids are `contract:<field or table>:<rule>`. The query of a foreign key names its reference as `table_name`
    gives it; `meta.references` lists the datasets that must be there, `meta.columns` the fields of a query.
    """
    made = [_columns(contract), _rows(contract)]
    for field in contract.kept_fields:
        made += _of_field(field)
    made += _of_keys(contract)
    return made


def _make(id_: str, type_: str, kwargs: dict[str, Any], rule: Rule, **meta: Any) -> Expectation:
    description, chinese = rule
    return {
        "id": f"contract:{id_}",
        "type": type_,
        "kwargs": kwargs,
        "severity": "critical",
        "description": description,
        "meta": {**meta, "description_zh_hant": chinese},
    }


def _query(id_: str, query: str, rule: Rule, columns: list[str], **meta: Any) -> Expectation:
    kwargs = {"unexpected_rows_query": query}
    return _make(id_, ROWS_QUERY, kwargs, rule, columns=columns, **meta)


def _rule(key: str | Text, **values: Any) -> Rule:
    """The rule in words, in English and Traditional Chinese."""
    return speaker("en")(key, **values), speaker("zh-Hant")(key, **values)


def _columns(contract: Contract) -> Expectation:
    names = [field.name for field in contract.kept_fields]
    return _make(
        "table:columns",
        "expect_table_columns_to_match_ordered_list",
        {"column_list": names},
        _rule("rule_columns", names=", ".join(names)),
    )


def _rows(contract: Contract) -> Expectation:
    least = contract.quality.min_rows
    words = _rule("rule_a_row") if least == 1 else _rule("rule_rows", n=f"{least:,}")
    return _make("table:rows", "expect_table_row_count_to_be_between", {"min_value": least}, words)


def _of_field(field: Field) -> Iterator[Expectation]:
    yield _type(field)
    for kind in rule_kinds(FieldRule).values():
        value = field.constraints.option(kind.name)
        if value is not None and (made := _of_rule(field, kind, value)):
            yield made


def _of_rule(field: Field, kind: FieldRule, value: Any, id_: str | None = None) -> Expectation | None:
    """What a rule of a field becomes; None where it says nothing of what is stored."""
    expected = kind.expectation(field, value) if kind.expectation else _none_broken(field, kind, value)
    # Of other types, a rule about text is about that as received, which stage has held against it; what is stored is no
    # longer that text, and no more is a pseudonym.
    if expected is None or (kind.of_text and (field.type != "string" or field.personal)):
        return None
    words = _rule(kind.words, name=field.name, value=kind.shown(field, value))
    meta = {"columns": [*expected.columns]} if expected.columns else {}
    return _make(id_ or f"{field.name}:{kind.name}", expected.type, expected.kwargs, words, **meta)


def _none_broken(field: Field, kind: FieldRule, value: Any) -> Expected | None:
    """That no row of the table breaks a rule, as *stage* put it; of a pseudonym it says nothing."""
    if kind.broken is None or field.personal:
        return None
    stored = identifier(field.name)
    query = query_where(kind.broken(field, value, stored, stored))
    return Expected(ROWS_QUERY, {"unexpected_rows_query": query}, (field.name,))


def _type(field: Field) -> Expectation:
    kind = f"DECIMAL(18,{field.decimals})" if field.decimals is not None else TYPES[field.type]
    words = _rule("rule_type", name=field.name, type=field.type)
    if field.decimals is not None:
        words = _rule("rule_decimals", name=field.name, type=field.type, n=field.decimals)
    return _query(f"{field.name}:type", type_query(field.name, kind), words, [field.name])


def _required(field: Field) -> Iterator[Expectation]:
    """That a part of the primary key is there, whether or not the field says so."""
    if not field.constraints.required and (made := _of_rule(field, rule_kinds(FieldRule)["required"], True)):
        yield made


def _unique(contract: Contract) -> Iterator[Expectation]:
    """That no two rows have the same primary key."""
    key, id_ = contract.primary_key, "table:primaryKey"
    if len(key) > 1:
        words = _rule("rule_unique_together", names=", ".join(key))
        yield _make(id_, "expect_compound_columns_to_be_unique", {"column_list": list(key)}, words)
        return
    field = next(field for field in contract.fields if field.name == key[0])
    if not field.constraints.unique and (made := _of_rule(field, rule_kinds(FieldRule)["unique"], True, id_)):
        yield made


def _of_keys(contract: Contract) -> Iterator[Expectation]:
    fields = {field.name: field for field in contract.fields}
    for name in contract.primary_key:
        yield from _required(fields[name])
    yield from _unique(contract)
    for foreign in contract.schema_.foreign_keys:
        yield from _known(contract, foreign)


def _known(contract: Contract, foreign: ForeignKey) -> Iterator[Expectation]:
    """That what rows refer to is there. What is referred to may lie in quarantine for a fault of its own, and the
    row that refers to it is none the worse: where rows may be quarantined, as many may lack their reference. A
    second rule then warns of every one, so that the report shows how many there are."""
    names, there = foreign.fields, foreign.reference
    target = identifier(table_name(there.resource)) if there.resource else "{batch}"
    pairs = zip(names, there.fields, strict=True)
    same = " and ".join(f"here.{identifier(a)} = there.{identifier(b)}" for a, b in pairs)
    filled = " and ".join(f"here.{identifier(name)} is not null" for name in names)
    shown = ", ".join(f"here.{identifier(name)}" for name in dict.fromkeys([*contract.primary_key, *names]))
    fields = ", ".join(there.fields)
    where = f"{there.resource or 'this dataset'} ({fields})"
    texts = {"names": ", ".join(names), "where": where, "n": f"{contract.quality.max_quarantined_rows:,}"}
    id_ = f"{'+'.join(names)}:foreignKey:{there.resource or 'self'}"
    unknown = f"select {shown} from {{batch}} as here anti join {target} as there on {same} where {filled}"
    references = [there.resource] if there.resource else []
    tolerated = contract.quality.max_quarantined_rows
    if not tolerated:
        yield _query(id_, unknown, _rule("rule_known", **texts), names, references=references)
        return
    yield _query(
        id_,
        f"{unknown}{LIMIT}{tolerated}",
        _rule("rule_known_mostly", **texts),
        names,
        references=references,
        notes=f"As many as may be quarantined: what they refer to may lie in the quarantine of {where}.",
    )
    every = _query(f"{id_}{EVERY}", unknown, _rule("rule_known_every", **texts), names, references=references)
    yield every | {"severity": "warning"}

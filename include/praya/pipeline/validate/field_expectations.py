"""What a contract says of its fields, as Great Expectations: one report then shows all that was checked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from praya.contract import Contract, Field
from praya.contract.fields import ForeignKey
from praya.contract.zone import HONG_KONG
from praya.pipeline.validate.messages import speaker
from praya.pipeline.validate.verdict_words import ROWS_QUERY
from praya.store import table_name
from praya.store.duck import identifier, literal

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
# GX takes every bound for a number or a moment; the others are compared as stage does, as text.
BOUNDED_BY_GX = ("integer", "number", "year", "date", "datetime")


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


def _rule(key: str, **values: Any) -> Rule:
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
    name, rules = field.name, field.constraints
    yield _type(field)
    if rules.required:
        yield _required(name)
    if rules.unique:
        yield _unique([name], f"{name}:unique")
    if rules.enum is not None:
        kwargs = {"column": name, "value_set": _allowed(field)}
        words = _rule("rule_enum", name=name, values=", ".join(map(str, rules.enum)))
        yield _make(f"{name}:enum", "expect_column_values_to_be_in_set", kwargs, words)
    if rules.minimum is not None:
        yield _bound(field, "minimum", rules.minimum)
    if rules.maximum is not None:
        yield _bound(field, "maximum", rules.maximum)
    if field.type == "string" and not field.personal:
        # Of other types, lengths and patterns are about the text as received, which stage has held against
        # them; what is stored here is no longer that text, and no more is a pseudonym.
        yield from _of_text(field)


def _of_text(field: Field) -> Iterator[Expectation]:
    name, rules = field.name, field.constraints
    lengths = "expect_column_value_lengths_to_be_between"
    if (least := rules.min_length) is not None:
        words = _rule("rule_min_length", name=name, n=least)
        yield _make(f"{name}:minLength", lengths, {"column": name, "min_value": least}, words)
    if (most := rules.max_length) is not None:
        words = _rule("rule_max_length", name=name, n=most)
        yield _make(f"{name}:maxLength", lengths, {"column": name, "max_value": most}, words)
    if rules.pattern is not None:
        # GX has no regular expressions on DuckDB. Table Schema's pattern is for the whole value.
        column = identifier(name)
        wrong = f"not regexp_full_match({column}, {literal(_in_query(rules.pattern))})"
        words = _rule("rule_pattern", name=name, pattern=rules.pattern)
        yield _query(f"{name}:pattern", f"select * from {{batch}} where {wrong}", words, [name])


def _type(field: Field) -> Expectation:
    kind = f"DECIMAL(18,{field.decimals})" if field.decimals is not None else TYPES[field.type]
    words = _rule("rule_type", name=field.name, type=field.type)
    if field.decimals is not None:
        words = _rule("rule_decimals", name=field.name, type=field.type, n=field.decimals)
    return _query(f"{field.name}:type", type_query(field.name, kind), words, [field.name])


def type_query(column: str, kind: str) -> str:
    """The row query that finds the column if its type is another than `kind`.

    GX knows no type names of DuckDB, and an empty table has no value to ask for its type: the view is asked.
    """
    return (
        "select column_name, column_type from (describe select * from {batch}) "
        f"where column_name = {literal(column)} and column_type <> {literal(kind)}"
    )


def _required(name: str) -> Expectation:
    kwargs = {"column": name}
    words = _rule("rule_required", name=name)
    return _make(f"{name}:required", "expect_column_values_to_not_be_null", kwargs, words)


def _unique(names: list[str], id_: str) -> Expectation:
    if len(names) == 1:
        words = _rule("rule_unique", name=names[0])
        return _make(id_, "expect_column_values_to_be_unique", {"column": names[0]}, words)
    words = _rule("rule_unique_together", names=", ".join(names))
    return _make(id_, "expect_compound_columns_to_be_unique", {"column_list": list(names)}, words)


def _bound(field: Field, rule: str, value: int | float | dt.date) -> Expectation:
    limit = _on_the_clock(value).isoformat() if isinstance(value, dt.date) else value
    unit = f" {field.unit}" if field.unit else ""
    words = _rule(f"rule_{rule}", name=field.name, limit=f"{limit}{unit}")
    id_ = f"{field.name}:{rule}"
    if field.type in BOUNDED_BY_GX:
        kwargs = {"column": field.name, "min_value" if rule == "minimum" else "max_value": limit}
        return _make(id_, "expect_column_values_to_be_between", kwargs, words)
    beyond = f"{identifier(field.name)} {'<' if rule == 'minimum' else '>'} {literal(_in_query(str(limit)))}"
    return _query(id_, f"select * from {{batch}} where {beyond}", words, [field.name])


def _allowed(field: Field) -> list[Any]:
    items = list(field.constraints.enum or [])
    if field.type != "datetime":
        return items
    return [_on_the_clock(dt.datetime.fromisoformat(str(item))).isoformat() for item in items]


def _on_the_clock(value: dt.date) -> dt.date:
    """A moment with a zone as Hong Kong's clock showed it, as the view does; any other day or moment as it is."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(HONG_KONG).replace(tzinfo=None)
    return value


def _of_keys(contract: Contract) -> Iterator[Expectation]:
    rules = {field.name: field.constraints for field in contract.fields}
    key = contract.primary_key
    for name in key:
        if not rules[name].required:
            yield _required(name)
    if len(key) > 1 or not rules[key[0]].unique:
        yield _unique(key, "table:primaryKey")
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
    told = {"names": ", ".join(names), "where": where, "n": f"{contract.quality.max_quarantined_rows:,}"}
    id_ = f"{'+'.join(names)}:foreignKey:{there.resource or 'self'}"
    unknown = f"select {shown} from {{batch}} as here anti join {target} as there on {same} where {filled}"
    references = [there.resource] if there.resource else []
    tolerated = contract.quality.max_quarantined_rows
    if not tolerated:
        yield _query(id_, unknown, _rule("rule_known", **told), names, references=references)
        return
    yield _query(
        id_,
        f"{unknown} qualify count(*) over () > {tolerated}",
        _rule("rule_known_mostly", **told),
        names,
        references=references,
        notes=f"As many as may be quarantined: what they refer to may lie in the quarantine of {where}.",
    )
    every = _query(f"{id_}:every", unknown, _rule("rule_known_every", **told), names, references=references)
    yield every | {"severity": "warning"}


def _in_query(text: str) -> str:
    """Text as it has to stand in a GX query: braces doubled for GX, colons escaped for SQLAlchemy."""
    return text.replace("{", "{{").replace("}", "}}").replace(":", "\\:")

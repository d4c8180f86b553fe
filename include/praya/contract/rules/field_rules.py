"""Rules of one field: what goes with its type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from praya.contract.base import Problem, apply_rule
from praya.contract.moments import check_format
from praya.contract.rule_kind import FieldRuleKind, rule_kinds
from praya.text.outside import quote

if TYPE_CHECKING:
    from praya.contract.fields import Field

FORMATTED = ("date", "datetime", "time")


def check_decimals(field: Field) -> Iterator[Problem]:
    if field.decimals is not None and field.type != "number":
        yield Problem(("decimals",), f"`decimals` goes with type number only; the type here is {field.type}")


def check_format_of_type(field: Field) -> Iterator[Problem]:
    if field.format == "default":
        return
    if field.type not in FORMATTED:
        yield Problem(
            ("format",), f"`format` goes with date, datetime and time; {field.type} has default only"
        )
        return
    try:
        check_format(field.type, field.format)
    except ValueError as error:
        yield Problem(("format",), quote(error, 300))


def check_number_signs(field: Field) -> Iterator[Problem]:
    if field.group_char and field.group_char == field.decimal_char:
        yield Problem(
            ("groupChar",),
            f"`groupChar` and `decimalChar` are both '{quote(field.group_char)}'; expected two signs",
        )


def check_constraints(field: Field) -> Iterator[Problem]:
    for name in field.constraints.names:
        if kind := rule_kinds(FieldRuleKind).get(name):
            yield from apply_rule(_check_constraint, field, kind)


def check_personal(field: Field) -> Iterator[Problem]:
    if field.personal and (field.type != "string" or field.constraints.enum or field.part):
        yield Problem(
            ("personal",),
            "`personal` goes with fields of type string that have neither `enum` nor `part`",
        )


def check_codes(field: Field) -> Iterator[Problem]:
    if field.codes is None:
        return
    if field.type != "string":
        yield Problem(("codes",), f"`codes` goes with type string only, not {field.type}")
    if [code.code for code in field.codes.codes] != field.constraints.enum:
        yield Problem(("codes",), "`codes` and `constraints.enum` are not the same codes in the same order")


def _check_constraint(field: Field, kind: FieldRuleKind) -> Iterator[Problem]:
    """What is wrong with one constraint of a field."""
    value = field.constraints.option(kind.name)
    if value is None:
        return
    if kind.field_types is not None and field.type not in kind.field_types:
        yield Problem(("constraints", kind.name), kind.refusal.format(type=field.type))
    else:
        yield from kind.check(field, value)


RULES = (
    check_decimals,
    check_format_of_type,
    check_number_signs,
    check_constraints,
    check_personal,
    check_codes,
)

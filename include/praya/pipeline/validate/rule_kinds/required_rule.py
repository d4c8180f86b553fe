"""`required`: a value is never missing."""

from praya.contract import Field, Text
from praya.pipeline.validate.rule_specs import Expected, FieldRule


def _expect(field: Field, _: bool) -> Expected:
    return Expected("expect_column_values_to_not_be_null", {"column": field.name})


RULE = FieldRule(
    name="required",
    order=1,
    option=bool,
    default=False,
    broken=lambda _field, _value, text, _typed: f"{text} is null",
    reason="is missing and must be there",
    words=Text(en="{name} is never empty", zh_hant="{name}從不留空"),
    expectation=_expect,
    fault="column-empty",
)

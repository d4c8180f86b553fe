"""`unique`: no value comes twice. No row breaks it alone: *stage* compares them with each other."""

from praya.contract import Field, Text
from praya.pipeline.validate.rule_specs import Expected, FieldRule


def _expect(field: Field, _: bool) -> Expected:
    return Expected("expect_column_values_to_be_unique", {"column": field.name})


RULE = FieldRule(
    name="unique",
    order=2,
    option=bool,
    default=False,
    words=Text(en="No value of {name} comes twice", zh_hant="{name}的值不會重複"),
    expectation=_expect,
    dictionary=Text(en="no value twice", zh_hant="值不重複"),
    fault="key-duplicated",
)

"""`minLength`: a text is not shorter, in characters."""

from typing import Annotated

from pydantic import Field as Key

from praya.contract import Field, Text
from praya.pipeline.validate.rule_specs import Expected, FieldRule


def _expect(field: Field, length: int) -> Expected:
    return Expected("expect_column_value_lengths_to_be_between", {"column": field.name, "min_value": length})


RULE = FieldRule(
    name="minLength",
    order=6,
    option=Annotated[int, Key(ge=0)],
    broken=lambda _field, length, text, _typed: f"len({text}) < {length}",
    reason="is shorter than {value} characters",
    of_text=True,
    words=Text(en="{name} has at least {value} characters", zh_hant="{name}最少有{value}個字元"),
    expectation=_expect,
    dictionary=Text(en="{value} characters or more", zh_hant="最少字元數：{value}"),
)

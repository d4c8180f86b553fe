"""`maximum`: no value is greater than it."""

from praya.contract import Text
from praya.contract.constants import Bound
from praya.pipeline.constant_sql import sql_constant
from praya.pipeline.validate.bounds import REFUSAL, WITH_ORDER, check_maximum, expect_maximum, show_bound
from praya.pipeline.validate.rule_specs import FieldRule

RULE = FieldRule(
    name="maximum",
    order=5,
    option=Bound,
    field_types=WITH_ORDER,
    refusal=REFUSAL,
    check=check_maximum,
    broken=lambda field, value, _text, typed: f"{typed} > {sql_constant(field, value)}",
    reason="is above {value}",
    words=Text(en="{name} is at most {value}", zh_hant="{name}最多為{value}"),
    shown=show_bound,
    expectation=expect_maximum,
    dictionary=Text(en="at most {value}", zh_hant="最大值：{value}"),
    fault="unit-off",
)

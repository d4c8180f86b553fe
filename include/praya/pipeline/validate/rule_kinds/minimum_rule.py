"""`minimum`: no value is less than it."""

from praya.contract import Text
from praya.contract.constants import Bound
from praya.pipeline.constant_sql import sql_constant
from praya.pipeline.validate.bounds import REFUSAL, WITH_ORDER, check_minimum, expect_minimum, show_bound
from praya.pipeline.validate.rule_specs import FieldRule

RULE = FieldRule(
    name="minimum",
    order=4,
    option=Bound,
    field_types=WITH_ORDER,
    refusal=REFUSAL,
    check=check_minimum,
    broken=lambda field, value, _text, typed: f"{typed} < {sql_constant(field, value)}",
    reason="is below {value}",
    words=Text(en="{name} is at least {value}", zh_hant="{name}最少為{value}"),
    shown=show_bound,
    expectation=expect_minimum,
    dictionary=Text(en="at least {value}", zh_hant="最小值：{value}"),
    fault="sign-flipped",
)

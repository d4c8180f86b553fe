"""`pattern`: a regular expression that the whole text matches. GX has none on DuckDB: it gets SQL."""

from typing import Annotated

from pydantic import AfterValidator

from praya.contract import Text
from praya.contract.patterns import check_pattern
from praya.pipeline.validate.rule_specs import FieldRule
from praya.store.duck import literal

RULE = FieldRule(
    name="pattern",
    order=8,
    option=Annotated[str, AfterValidator(check_pattern)],
    broken=lambda _field, pattern, text, _typed: f"not regexp_full_match({text}, {literal(pattern)})",
    reason="does not match the pattern {value}",
    of_text=True,
    words=Text(en="{name} has the form {value}", zh_hant="{name}的格式為{value}"),
    dictionary=Text(en="of the form {value}", zh_hant="格式：{value}"),
    fault="whitespace",
)

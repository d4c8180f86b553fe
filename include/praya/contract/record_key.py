"""The record key: a random-looking number that a record always has, from which the noise of counts with it is found."""

from __future__ import annotations

from praya.contract.fields import Constraints, Field
from praya.contract.text import Text

# As many as the Office for National Statistics uses: keys are 0 to 255.
KEYS = 256

# The column that stage adds to records whose contract names `disclosure.record_key`.
# Not read as those of files are: the kinds of rules are looked up in packages that need this one.
RECORD_KEY = Field.model_construct(
    name="record_key",
    type="integer",
    title=Text(en="Record key", zh_hant="紀錄密鑰"),
    constraints=Constraints.model_construct(required=True, minimum=0, maximum=KEYS - 1),
)

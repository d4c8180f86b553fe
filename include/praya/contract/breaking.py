"""Notice of a breaking change: from which day it goes out, and why, in the contract under `release.breaking`."""

from __future__ import annotations

import datetime as dt

from pydantic import Field as Key

from praya.contract.base import Model
from praya.contract.text import Text


class Breaking(Model):
    """One breaking change that readers are told of before it comes; a notice is good for one."""

    notice: dt.date = Key(description="the day (Hong Kong) from which the change goes out, and not before")
    reason: Text = Key(
        description="what changes and why, for the readers; shown in calendar, feeds and manifest"
    )

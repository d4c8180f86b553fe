"""Where a dataset stands, as pages show it before the verdict: its last attempt, what is out, and what was taken back.

The records are made by `praya.assurance.standing`, which asks all steps; here is what pages need of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from praya.contract.zone import show_moment
from praya.pipeline.validate.messages import TEMPLATES, Say, speaker
from praya.store.verdict_documents import QuarantinedRow, Title
from praya.text.templating import templates

Outcome = Literal["well", "empty", "held", "waits", "stopped", "none"]

COLOURS: dict[Outcome, str] = {
    "well": "passed",
    "empty": "before",
    "none": "before",
    "held": "warned",
    "waits": "warned",
    "stopped": "failed",
}


@dataclass(frozen=True)
class Attempt:
    """What was tried last: how it ended, at which step where one stopped, why, when (UTC) where that is known, and the
    code of the error where there was one."""

    outcome: Outcome
    step: str | None = None
    reason: str | None = None
    at: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Out:
    """The release that is the latest today."""

    version: str
    number: str
    received_at: str


@dataclass(frozen=True)
class Back:
    """A version that was withdrawn, rolled back or announced as wrong (`how`)."""

    how: Literal["withdrawn", "rolled_back", "corrected"]
    number: str
    at: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """Of a dataset, or of one month of it. `released` is False where nothing of it is ever released.

    `faults` are up to 20 faults of the quarantine where staging stopped, as they may be read; `by_rule` is how many
    there are of each rule, None for few.
    """

    subject: str
    title: Title
    synthetic: bool
    released: bool
    attempt: Attempt
    out: Out | None = None
    back: tuple[Back, ...] = ()
    by_rule: dict[str, int | None] = field(default_factory=dict)
    faults: tuple[QuarantinedRow, ...] = ()

    @property
    def colour(self) -> str:
        """The class of the mark that pages show."""
        return colour_of(self.attempt.outcome, self.out is not None, self.released)


def colour_of(outcome: Outcome, out: bool, released: bool) -> str:
    """The class of the mark of an attempt: green only where something is `out`, or nothing of it is ever released."""
    if outcome == "well" and released and not out:
        return "warned"
    return COLOURS[outcome]


def attempt_words(attempt: Attempt, say: Say) -> str:
    """How the last attempt ended, in a few words."""
    if attempt.outcome == "stopped" and attempt.step:
        return say("attempt_stopped_at", step=say(f"step_{attempt.step}"))
    return say(f"attempt_{attempt.outcome}")


def render_standing(standing: Standing, language: str) -> str:
    """The part of a page that says where a dataset stands, as HTML without styles of its own."""
    say = speaker(language)
    page = templates(TEMPLATES, figure="{:,.6g}".format).get_template("standing.html")
    when, ended = partial(show_moment, language=language), attempt_words(standing.attempt, say)
    return str(page.render(s=standing, say=say, language=language, hong_kong=when, ended=ended))

"""FPS identifiers: seven to nine digits beside FPS or 轉數快. Missed: a number without such a word."""

from __future__ import annotations

from praya.disclosure.recognise.cues import cued
from praya.disclosure.recognise.recogniser import run_of

FASTER_PAYMENT = cued(
    "fps identifier",
    r"(?:(?i:\bfps\b|faster payment(?: system)?)|[轉转][數数]快)",
    run_of(7, 9),
    r"(?i)(?:^|[^a-z])fps(?:$|[^a-z])|[轉转][數数]快",
    "*******",
    before=False,
)

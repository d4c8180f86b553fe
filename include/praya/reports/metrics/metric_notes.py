"""The notes of a dataset that concern a metric: what is bound to the whole, to its programme, field, stage or id."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from praya.contract.register import Metric, Programme
from praya.reports.metrics.observations import Observation


class Note(NamedTuple):
    """A note in three languages, its kind (break, proxy or note) and the period that it is about."""

    kind: str
    period: str | None
    text: dict[str, str]


def notes_of(metric: Metric, programme: Programme, observations: Sequence[Observation]) -> list[Note]:
    """From the notes that were released with the figures; breaks in series come first."""
    if not observations:
        return []
    release = observations[0].release
    content = json.loads((release.folder / "notes.json").read_bytes())
    bound = {
        "metric": {metric.id},
        "programme": {programme.programme},
        "stage": {observation.stage for observation in observations},
        metric.observed.field: set[str](),
    } | {name: {value} for name, value in metric.observed.where.items()}
    notes = [
        Note(str(note.get("kind", "note")), note.get("period"), note["text"])
        for section in content["sections"]
        for note in section["notes"]
        if _concerns(note, bound)
    ]
    return sorted(notes, key=lambda note: note.kind != "break")


def _concerns(note: dict[str, Any], bound: dict[str, set[str]]) -> bool:
    field, code = note.get("field"), note.get("code")
    if field is None:
        return True
    return field in bound and (code is None or not bound[field] or str(code) in bound[field])

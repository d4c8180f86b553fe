"""One night's verification: the ledger, all that changes and the latest releases in full, and a part of the rest; when
each part was last read is kept, so that nobody takes one night for all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from praya.assurance.verify.stored import LATER
from praya.assurance.verify.verification import Verified, verify_store
from praya.store import Store
from praya.store.states import VerifiedNights, VerifiedPart

# Every day of the month has a part of the archive, and the last days of the longer months the first ones again.
PARTS = 28
SUBJECT = "audit"


@dataclass(frozen=True)
class Night:
    """What one night verified: its part (from 0), what was found and read, and when each part was read last before
    today (`parts`: number from 1 → day; none for those that never were)."""

    part: int
    verified: Verified
    parts: dict[int, str]

    @property
    def latest(self) -> str:
        """What was read, and what was not, in a line."""
        done = self.verified
        left = sum(len(rest.keys) for rest in done.unverified if rest.reason == LATER)
        size = sum(rest.bytes for rest in done.unverified if rest.reason == LATER)
        return (
            f"part {self.part + 1} of {PARTS}, the latest releases and all that changes: {done.files:,} files "
            f"({done.bytes:,} bytes) and {done.lines:,} lines of the ledger were read; {left:,} older files "
            f"({size:,} bytes) were not read tonight"
        )

    @property
    def rest(self) -> str:
        """When the parts that were not read tonight were read last."""
        others = {number: day for number, day in self.parts.items() if number != self.part + 1}
        never = [number for number in range(1, PARTS + 1) if number != self.part + 1 and number not in others]
        said = []
        if others:
            oldest = min(others, key=lambda number: (others[number], number))
            day = others[oldest]
            said.append(f"{len(others)} other parts were read before, part {oldest} longest ago, on {day}")
        if never:
            said.append(
                f"{len(never)} parts were never read whole by this DAG; `praya verify` reads everything"
            )
        return "; ".join(said)


def part_of(day: dt.date) -> tuple[int, int]:
    """The part that a day takes: its number from 0, and of how many."""
    return (day.day - 1) % PARTS, PARTS


def verify_night(store: Store, witnesses: Path, now: dt.datetime) -> Night:
    """Verify the part of the archive that `now` (UTC) takes. What looks wrong is looked at twice, for a run may be
    writing just then; a part without findings goes on record as read that day."""
    part = part_of(now.date())
    done = verify_store(store, part=part, witnesses=witnesses, now=now)
    if done.findings:
        again = verify_store(store, part=part, witnesses=witnesses, now=now)
        both = tuple(finding for finding in again.findings if finding in done.findings)
        done = Verified(both, again.files, again.bytes, again.lines, again.unverified, again.warnings)
    parts = _parts(store)
    if not done.findings:
        today = VerifiedPart(day=now.date().isoformat(), files=done.files, bytes=done.bytes)
        kept = {**last_nights(store), str(part[0] + 1): today}
        store.set_state(SUBJECT, VerifiedNights(of=PARTS, parts=kept))
    return Night(part[0], done, parts)


def last_nights(store: Store) -> dict[str, VerifiedPart]:
    """Of each part (number from 1) the last night that read it without a finding: day, files, bytes."""
    kept = store.state(VerifiedNights, SUBJECT)
    return kept.parts if kept and kept.of == PARTS else {}


def _parts(store: Store) -> dict[int, str]:
    return {int(number): night.day for number, night in last_nights(store).items()}

"""Cases: what a contact was about, where, from whom. Every written contact opens one, so do two in three calls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from praya_hk.sources.contact_centre import days, drawn_texts, grid
from praya_hk.sources.contact_centre.assignments import Assigned
from praya_hk.sources.contact_centre.calls import Calls, arrivals, day_of_year
from praya_hk.sources.contact_centre.centre_codes import (
    CASE_TYPES,
    CHANNELS,
    DISTRICTS,
    LANGUAGE_SHARES,
    LANGUAGES,
    STATUSES,
    SUBJECTS,
    WRITTEN_SHARES,
)
from praya_hk.sources.contact_centre.draw import (
    DAY,
    HOUR,
    NEVER,
    Bools,
    Floats,
    Ints,
    choose,
    codes,
    moments,
    seconds,
    stream,
)
from praya_hk.sources.contact_centre.printed_figures import (
    CASE_OF_ANSWERED_CALL,
    FIRST_CALL,
    RATES,
    TYPES_BY_PHONE,
    TYPES_IN_WRITING,
)

PHONE = CHANNELS.index("phone")
ENQUIRY = CASE_TYPES.index("enquiry")
# Of the four case types, how many have a place.
_PLACED = np.array([0.10, 0.95, 0.50, 0.20])


class Draft(NamedTuple):
    """The cases before departments have seen them, in order of receipt; positions in the code lists."""

    received: Ints  # seconds since 1970 UTC
    call: Ints  # row of the call, -1 for a written contact
    channel: Ints
    language: Ints
    kind: Ints
    subject: Ints
    resolved: Bools  # at the first contact
    handled: Ints  # when 1823 itself was done with it, seconds since 1970 UTC


def draft(seed: int, year: int, month: int, scale: float, calls: Calls) -> Draft:
    """The month's cases. One that came by phone is received when its call queues."""
    rng = stream(seed, year, month, "cases")
    spoken = np.flatnonzero(
        (calls.answered != NEVER) & (rng.random(calls.queued.size) < CASE_OF_ANSWERED_CALL)
    )
    volume = RATES[year].written * scale * rng.lognormal(0, 0.02)
    written, _ = arrivals(rng, seed, year, month, volume, written=True)

    received = np.concatenate([calls.queued[spoken], written])
    order = np.argsort(received, kind="stable")
    size, by_phone = received.size, order < spoken.size
    received = received[order]
    call = np.concatenate([spoken, np.full(written.size, -1)])[order]

    channel = 1 + choose(rng, list(WRITTEN_SHARES.values()), size)
    channel = np.where(by_phone, PHONE, channel)
    language = np.where(by_phone, calls.language[call], choose(rng, LANGUAGE_SHARES, size))
    kind = np.where(by_phone, choose(rng, TYPES_BY_PHONE, size), choose(rng, TYPES_IN_WRITING, size))
    at_once = FIRST_CALL + rng.normal(0, 0.001)
    resolved = (kind == ENQUIRY) & (rng.random(size) < np.where(by_phone, at_once, 0.94))
    answered_in_writing = received + seconds(rng, 5 * HOUR, 1.0, size, 5 * DAY)
    handled = np.where(by_phone, calls.ended[call], answered_in_writing)
    subject = _subjects(rng, kind, days.storms(year, seed)[day_of_year(received, year)])
    return Draft(received, call, channel, language, kind, subject, resolved, handled)


def table(seed: int, year: int, month: int, cases: Draft, calls: Calls, assigned: Assigned) -> pa.Table:
    """The table of cases, with their people and places, as they stand when the departments' part is known."""
    rng = stream(seed, year, month, "people")
    size, by_phone = cases.received.size, cases.channel == PHONE
    chinese = cases.language != LANGUAGES.index("en")
    name, hkid = drawn_texts.names(rng, chinese), drawn_texts.hkids(rng, size)
    rung = calls.table["caller_phone"].combine_chunks().take(pa.array(cases.call, mask=~by_phone))
    own = drawn_texts.phones(rng, size)
    left = drawn_texts.where(by_phone | (rng.random(size) < 0.6), pc.if_else(pa.array(by_phone), rung, own))
    by_mail = rng.random(size) < np.array([0.02, 1.0, 0.9, 0.7, 0.3, 0.1])[cases.channel]
    placed = rng.random(size) < _PLACED[cases.kind]
    return pa.table(
        {
            "case_no": case_numbers(year, month, np.arange(1, size + 1)),
            "version_no": pa.array(np.ones(size, np.int32)),
            "channel": codes(CHANNELS, cases.channel),
            "case_type": codes(CASE_TYPES, cases.kind),
            "language": codes(LANGUAGES, cases.language),
            "received_at": moments(cases.received),
            "call_id": calls.table["call_id"].combine_chunks().take(pa.array(cases.call, mask=~by_phone)),
            "subject_group": codes([item.group for item in SUBJECTS], cases.subject),
            "subject": codes([item.code for item in SUBJECTS], cases.subject),
            **_places(rng, placed),
            "description": drawn_texts.descriptions(rng, cases.subject, chinese, name, own, hkid),
            "contact_name": drawn_texts.where(rng.random(size) < 0.7, name),
            "contact_phone": left,
            "hkid": drawn_texts.where(rng.random(size) < 0.04, hkid),
            "email": drawn_texts.where(by_mail, drawn_texts.emails(rng, size)),
            "status": codes(
                STATUSES, np.where(assigned.open, STATUSES.index("open"), STATUSES.index("closed"))
            ),
            "updated_at": moments(np.maximum(cases.handled, assigned.last)),
            "resolved_at_first_contact": pa.array(cases.resolved, mask=cases.kind != ENQUIRY),
        }
    )


def case_numbers(year: int, month: int, serial: Ints) -> pa.Array:
    """Case numbers, as `N202303-0000001`."""
    return drawn_texts.fixed(b"N%04d%02d-" % (year, month), (serial, 7))


def _subjects(rng: np.random.Generator, kind: Ints, storm: Bools) -> Ints:
    """A subject for each case; enquiries ask for other things than requests, and storms bring their own."""
    weights = np.array([[item.enquiries, item.requests, item.storm] for item in SUBJECTS])
    drawn = np.zeros(kind.size, np.int64)
    for column, of_kind in ((0, kind == ENQUIRY), (1, kind != ENQUIRY)):
        for bad, factor in ((False, np.ones(len(SUBJECTS))), (True, weights[:, 2])):
            rows = np.flatnonzero(of_kind & (storm == bad))
            drawn[rows] = choose(rng, weights[:, column] * factor, rows.size)
    return drawn


def _places(rng: np.random.Generator, placed: Bools) -> dict[str, pa.Array]:
    """District, coordinates and words for the cases that have a place; three in four of them have coordinates.

    Points gather around the middle of the district's box, on whatever lies there; some lie in the sea.
    """
    size = placed.size
    district = choose(rng, [item.share for item in DISTRICTS.values()], size)
    box = np.array([item.box for item in DISTRICTS.values()], dtype=float)[district]
    spot = rng.triangular(0, 0.5, 1, (2, size))
    easting = np.round(box[:, 0] + spot[0] * (box[:, 2] - box[:, 0]), 2)
    northing = np.round(box[:, 1] + spot[1] * (box[:, 3] - box[:, 1]), 2)
    latitude, longitude = grid.wgs84(easting, northing)
    nowhere = ~(placed & (rng.random(size) < 0.75))

    def number(values: Floats) -> pa.Array:
        return pa.array(values, mask=nowhere)

    named = codes([item.name for item in DISTRICTS.values()], district)
    return {
        "district": codes(list(DISTRICTS), district, placed),
        "easting": number(easting),
        "northing": number(northing),
        "latitude": number(np.round(latitude, 7)),
        "longitude": number(np.round(longitude, 7)),
        "location_text": drawn_texts.where(placed, drawn_texts.places(rng, named)),
    }

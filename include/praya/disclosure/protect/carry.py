"""A new version of a table, its figures carried on from those that are out: it tells nothing more of what they hide."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from praya.disclosure.protect.past import Past, RateAnchor, ratios
from praya.disclosure.protect.publication import Key, Publication, Row
from praya.disclosure.protect.status_columns import CONFIDENTIAL

Rows = dict[Key, dict[str, Any]]


def carry_rows(past: Past, new: Publication) -> Rows:
    """The rows of `new` as they may go out: what its method made of them where nothing is out of them, else carried on.

    Rows that were there and are gone stay, with their counts withheld.
    """
    rows = {key: dict(row) for key, row in new.shown.items()}
    rows |= _gone(past, new)
    for key, row in rows.items():
        _carry_counts(past, new, key, row)
    for key, row in rows.items():
        _carry_rates(past, new, key, row)
    return rows


def settle_rows(past: Past, new: Publication, rows: Rows) -> Rows:
    """The rows with what rests on a withheld count withheld as well, and without those that would only say that there
    is somebody now in a place where there was nobody."""
    rules = new.disclosure
    for row in rows.values():
        for name, part, whole in ratios(new):
            behind = [each for each in (part, whole) if each in rules.counts]
            if any(row.get(each) is None for each in behind):
                withhold(row, name)
        for name, of in rules.follows.items():
            if name in row and row.get(of) is None:
                row[name] = None
    listed = past.listed
    return {
        key: row
        for key, row in rows.items()
        if key in listed
        or new.period_of(key) not in past.periods
        or any(row[name] is not None for name in rules.counts)
    }


def withhold(row: dict[str, Any], name: str) -> None:
    """Withhold a figure, where there is one or might be."""
    status = f"{name}_conf_status"
    if row.get(name) is not None or row.get(status) is not None:
        row[name], row[status] = None, CONFIDENTIAL


def _gone(past: Past, new: Publication) -> Rows:
    """The rows that were in print and are not in the table any more, though their period is."""
    periods = {new.period_of(key) for key in new.true}
    rows: Rows = {}
    for key, row in past.listed.items():
        if key not in new.shown and new.period_of(key) in periods:
            rows[key] = dict(row)
            for name in new.disclosure.guarded:
                withhold(rows[key], name)
    return rows


def _carry_counts(past: Past, new: Publication, key: Key, row: dict[str, Any]) -> None:
    rules, true = new.disclosure, new.true.get(key, {})
    for name in rules.counts:
        cell = (name, key)
        if true.get(name) is None:
            continue
        if cell in past.held:
            withhold(row, name)
        elif anchor := past.anchors.get(cell):
            change = int(true[name]) - anchor.value
            figure = new.method.carry_on(anchor.figure, anchor.low, change, rules.threshold)
            if figure is None:
                withhold(row, name)
            else:
                row[name], row[f"{name}_conf_status"] = figure, "F"


def _carry_rates(past: Past, new: Publication, key: Key, row: dict[str, Any]) -> None:
    rules, true = new.disclosure, new.true.get(key, {})
    for name, part, whole in ratios(new):
        anchor = past.rates.get((name, key))
        if (
            (name, key) in past.held
            or row.get(whole) is None
            or (part in rules.counts and row.get(part) is None)
        ):
            withhold(row, name)
        elif anchor and not part and not new.method.exact:
            # Nothing says what it is made of. Of another record in it, a mean made anew would tell how many there are.
            if (true.get(whole), row.get(name)) != (anchor.whole, anchor.figure):
                withhold(row, name)
        elif anchor and part and not new.method.exact:
            figure = _carried(new, name, row, true, part, whole, anchor)
            if figure is None:
                withhold(row, name)
            else:
                row[name], row[f"{name}_conf_status"] = figure, "F"
                _carry_flags(past, new, name, row, changed=figure != anchor.figure)


def _carried(
    new: Publication, name: str, row: dict[str, Any], true: Row, part: str, whole: str, anchor: RateAnchor
) -> Any:
    """A rate or mean from the first one, the figure of its denominator then and what changed; None: withheld."""
    more, over = int(true[part] - (anchor.part or 0)), int(true[whole] - anchor.whole)
    shares = part in new.disclosure.counts
    if shares and new.method.rates_are_true and anchor.rest_low + over - more < new.disclosure.threshold:
        return None
    if not more and not over:
        return anchor.figure
    scale, _ = new.rates[name]
    if shares and not new.method.rates_are_true:  # a share of what is in print
        top, all_ = Decimal(row[part]), Decimal(row[whole])
    else:
        top = Decimal(str(anchor.figure)) / Decimal(str(scale)) * anchor.whole_in_print + more
        all_ = Decimal(anchor.whole_in_print + over)
    if all_ <= 0 or top < 0:
        return None
    ratio = Decimal(str(scale)) * top / all_
    if shares:
        ratio = min(ratio, Decimal(str(scale)))
    if not isinstance(anchor.figure, Decimal):
        return float(ratio)
    return ratio.quantize(anchor.figure, ROUND_HALF_UP)


def _carry_flags(past: Past, new: Publication, of: str, row: dict[str, Any], *, changed: bool) -> None:
    """What is made from a changed rate: what all rates in print around it say of it, or nothing."""
    for name, made_of in new.disclosure.follows.items():
        if made_of != of or name not in row or not changed:
            continue
        known = sorted(past.flags.get(name, set()), key=lambda pair: (pair[0], str(pair[1])))
        below = {
            flag for rate, flag in known if rate == max((r for r, _ in known if r <= row[of]), default=None)
        }
        above = {
            flag for rate, flag in known if rate == min((r for r, _ in known if r >= row[of]), default=None)
        }
        row[name] = next(iter(below)) if below == above and len(below) == 1 else None

"""The observations of metrics, read from the releases that were the latest on a day."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple, TypedDict

from praya.contract.register import Metric, Programme
from praya.contract.register_table import programmes_of
from praya.contract.text import Text, text_of
from praya.errors import NotKnown, codes
from praya.history import KnownRelease, known
from praya.history.manifests import find_manifest
from praya.ledger import Ledger
from praya.reports.metrics.periods import order
from praya.reports.metrics.printed import format_printed, plain_number
from praya.store import Store
from praya.store.duck import connect, identifier, literal, scan
from praya.text.outside import quote
from praya.text.three_languages import Words

REGISTER, OBSERVATIONS, DOCUMENTS = "metrics-register", "programme-observations", "source-documents"
TITLES = {"en": "title_en", "zh-Hant": "title_tc", "zh-Hans": "title_sc"}


class ObservationRecord(TypedDict):
    """A figure as the JSON of a metric has it."""

    metric: str
    period: str
    period_kind: str
    stage: str
    value: int | float | None
    unit: str
    qualifier: str | None
    obs_status: str
    conf_status: str
    source_document: str | None
    source_locator: str | None
    note: Words | None
    decimals: int | None
    printed: str | None
    dataset: str
    version: str
    number: str | None


class RevisedRecord(TypedDict):
    """A revision as the JSON of a metric has it."""

    period: str
    stage: str
    was: str | None
    now: str | None
    by: str
    decided: str
    reason: Words
    version: str
    published_at: str


class Observation(NamedTuple):
    """One figure as it was out. `value` is in `unit`; None where it is withheld (`conf_status` C).

    `decimals` are the digits after the point as printed; None where the release does not say, as before 0.3.0.
    """

    metric: str
    period: str
    period_kind: str
    stage: str
    value: float | None
    unit: str
    qualifier: str | None
    obs_status: str
    conf_status: str
    source_document: str | None
    source_locator: str | None
    note: Text | None
    release: KnownRelease
    decimals: int | None = None

    @property
    def printed(self) -> str | None:
        """The value with the digits of its document: `439.0`, `80`."""
        return None if self.value is None else format_printed(self.value, self.decimals)

    def as_dict(self) -> ObservationRecord:
        """The observation as JSON values, with `printed`, and dataset, version and number of its release."""
        return {
            "metric": self.metric,
            "period": self.period,
            "period_kind": self.period_kind,
            "stage": self.stage,
            "value": None if self.value is None else plain_number(self.value, self.decimals),
            "unit": self.unit,
            "qualifier": self.qualifier,
            "obs_status": self.obs_status,
            "conf_status": self.conf_status,
            "source_document": self.source_document,
            "source_locator": self.source_locator,
            "note": self.note.as_dict() if self.note else None,
            "decimals": self.decimals,
            "printed": self.printed,
            "dataset": self.release.dataset,
            "version": self.release.version,
            "number": self.release.number,
        }


class Revised(NamedTuple):
    """What was said of a figure before, who changed it, when it was decided and why; and since which release."""

    period: str
    stage: str
    was: str | None
    now: str | None
    by: str
    decided: str
    reason: Words
    version: str
    published_at: str

    def as_dict(self) -> RevisedRecord:
        """The revision as JSON values."""
        return {
            "period": self.period,
            "stage": self.stage,
            "was": self.was,
            "now": self.now,
            "by": self.by,
            "decided": self.decided,
            "reason": self.reason,
            "version": self.version,
            "published_at": self.published_at,
        }


class Figures:
    """Register and observations as known at the end of the day `on` in Hong Kong (None: now), or in these `releases`.

    What has not been released by then is not there: `programmes` raises NotKnown without a register; a dataset without
    a release has no observations.
    """

    def __init__(
        self,
        store: Store,
        on: dt.date | None = None,
        releases: Mapping[str, KnownRelease] | None = None,
    ) -> None:
        self.store, self.on = store, on
        self._pinned = releases
        self._releases: dict[str, KnownRelease | None] = {}

    def release(self, dataset: str) -> KnownRelease | None:
        """The release of a dataset that counted then."""
        if dataset not in self._releases:
            releases = self._pinned
            release = releases.get(dataset) if releases is not None else known(self.store, dataset, self.on)
            self._releases[dataset] = release
        return self._releases[dataset]

    # --- the register ------------------------------------------------------------------------------------

    @cached_property
    def _register(self) -> tuple[list[Programme], dict[str, Text]]:
        release = self.release(REGISTER)
        if release is None:
            day = f"by {self.on}" if self.on else "yet"
            raise NotKnown(
                codes.history.NOTHING_RELEASED_THEN,
                f"{REGISTER}: nothing was released {day}; without it no metric is known",
            )
        return programmes_of(_rows(f"from {_data(release)}"))

    @property
    def programmes(self) -> list[Programme]:
        """The programmes in the order of reports."""
        return self._register[0]

    @property
    def units(self) -> dict[str, Text]:
        """What each unit is called."""
        return self._register[1]

    @cached_property
    def metrics(self) -> dict[str, Metric]:
        """Every metric by its id."""
        return {metric.id: metric for programme in self.programmes for metric in programme.metrics}

    def metric(self, name: str) -> Metric:
        """A metric by its id; NotKnown with the ids nearest to it where there is none."""
        if name not in self.metrics:
            near = difflib.get_close_matches(name, self.metrics, 5, 0.5)
            near += [
                candidate for candidate in sorted(self.metrics) if name in candidate and candidate not in near
            ][:5]
            said = f"; near to it are: {', '.join(near)}" if near else "; `praya metric` lists all"
            raise NotKnown(codes.history.METRIC_UNKNOWN, f"there is no metric '{quote(name)}'{said}")
        return self.metrics[name]

    def programme_of(self, name: str) -> Programme:
        """The programme whose own a metric is."""
        return next(
            programme for programme in self.programmes if name in {metric.id for metric in programme.metrics}
        )

    def shown_by(self, programme: Programme) -> list[Metric]:
        """The metrics of a programme, and those of others that tell of it."""
        return [*programme.metrics, *(self.metrics[name] for name in programme.also)]

    # --- figures -----------------------------------------------------------------------------------------

    def of(self, metric: Metric) -> list[Observation]:
        """The observations of a metric in the order of their periods, within one from plan to actual."""
        if metric.observed.dataset == OBSERVATIONS:
            return self._observations.get(metric.id, [])
        return sorted(self._observed(metric), key=_order)

    def synthetic(self, metric: Metric) -> bool:
        """Whether the figures are generated ones: the mark follows them."""
        release = self.release(metric.observed.dataset)
        return release is not None and release.synthetic

    def revised(self, metric: Metric) -> list[Revised]:
        """What of a metric's figures was said otherwise before, oldest first."""
        return self._revisions.get(metric.id, [])

    @cached_property
    def documents(self) -> dict[str, dict[str, str]]:
        """The titles of source documents in three languages; empty where they are not released."""
        release = self.release(DOCUMENTS)
        rows = _rows(f"from {_data(release)}") if release else []
        return {
            row["document"]: {language: str(row[name]) for language, name in TITLES.items()} for row in rows
        }

    @property
    def used(self) -> list[KnownRelease]:
        """Every release that was looked at, by dataset."""
        return [release for _, release in sorted(self._releases.items()) if release is not None]

    @cached_property
    def _observations(self) -> Mapping[str, list[Observation]]:
        release = self.release(OBSERVATIONS)
        by_metric: dict[str, list[Observation]] = {}
        if release is None:
            return by_metric
        for row in _rows(f"from {_data(release)}"):
            fields = {name: row.get(name) for name in Observation._fields if name not in ("note", "release")}
            note = text_of(row, "note") if row["note_en"] else None
            observation = Observation(**fields, note=note, release=release)  # type: ignore[arg-type]
            by_metric.setdefault(observation.metric, []).append(observation)
        return {name: sorted(each, key=_order) for name, each in by_metric.items()}

    def _observed(self, metric: Metric) -> Iterator[Observation]:
        """A metric that is a field of a dataset of its own: a row a period."""
        observed = metric.observed
        release = self.release(observed.dataset)
        if release is None:
            return
        where = " and ".join(
            f"{identifier(name)} = {literal(value)}" for name, value in observed.where.items()
        )
        field, status = observed.field, f"{observed.field}_conf_status"
        for row in _rows(f"from {_data(release)} where {where or 'true'}"):
            if row[field] is None and status not in row:
                continue  # of this kind of period there is no figure
            value = None if row[field] is None else float(row[field])
            if value is None and row[status] is None:
                continue
            yield Observation(
                metric.id, row["period"], row["period_kind"], "actual", value, metric.unit, None, "A",
                row.get(status) or "F", None, f"{observed.dataset}: {field}", None, release, _scale(row[field]),
            )  # fmt: skip

    @cached_property
    def _revisions(self) -> Mapping[str, list[Revised]]:
        """From the manifests of the releases up to the one that counted, oldest first."""
        by_metric: dict[str, list[Revised]] = {}
        release = self.release(OBSERVATIONS)
        published = dict[str, str]()
        for line in Ledger(self.store).of(OBSERVATIONS, "release"):
            published.setdefault(line.release["version"], line.at)
        manifests = []
        while release is not None:
            manifests.append((release.version, release.manifest))
            before = release.manifest.get("replaces")
            earlier = find_manifest(self.store, OBSERVATIONS, before) if before else None
            release = release._replace(version=str(before), manifest=earlier) if earlier else None
        for version, manifest in reversed(manifests):
            for revision in manifest.get("revised", []):
                if revision["field"] != "value":
                    continue
                key = {name: str(value) for name, value in revision["key"].items()}
                said = (
                    revision["was"],
                    revision["now"],
                    revision["by"],
                    revision["decided"],
                    revision["reason"],
                )
                by_metric.setdefault(key["metric"], []).append(
                    Revised(key["period"], key["stage"], *said, version, published[version])
                )
        return by_metric


def _order(observation: Observation) -> Any:
    return order(observation.period, observation.period_kind, observation.stage)


def _scale(value: Any) -> int | None:
    """The digits after the point with which a dataset releases a value."""
    if isinstance(value, Decimal):
        return max(0, -int(value.as_tuple().exponent))
    return 0 if isinstance(value, int) else None


def _data(release: KnownRelease) -> str:
    return scan(release.folder / f"{release.dataset}.parquet")


def _rows(sql: str) -> list[dict[str, Any]]:
    with connect() as con:
        answer = con.execute(sql)
        names = [column[0] for column in answer.description or ()]
        return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

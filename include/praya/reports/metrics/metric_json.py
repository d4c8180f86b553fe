"""A metric with all its figures as JSON values: what `praya metric --json` prints and `released/metrics/` holds."""

from __future__ import annotations

from typing import TypedDict

from praya.contract.register import Metric
from praya.reports.metrics.cycle import next_actual
from praya.reports.metrics.judgement import JudgedRecord, due_on, judged
from praya.reports.metrics.observations import Figures, ObservationRecord, RevisedRecord
from praya.reports.metrics.printed import format_printed, plain_number
from praya.text.three_languages import Words


class MetricProgramme(TypedDict):
    """The programme of a metric."""

    id: str
    title: Words


class MetricUnit(TypedDict):
    """The unit of a metric."""

    code: str
    title: Words


class DueRecord(TypedDict):
    """By when a target is to be reached; `date` is the last day of the period."""

    period: str
    kind: str
    date: str


class TargetRecord(TypedDict, total=False):
    """The target of a metric, or why it has none."""

    none_because: Words | None
    value: int | float
    printed: str
    beyond: bool
    due: DueRecord | None
    source_document: str | None
    source_locator: str | None


class PolicyAreaRecord(TypedDict):
    """A policy area of a metric."""

    number: int
    title: Words


class ExpectedRecord(TypedDict):
    """The actual figure that follows the latest one, and when it is due."""

    period: str
    period_kind: str
    due: str


class ReleaseRecord(TypedDict):
    """A release that figures were read from."""

    dataset: str
    version: str
    number: str | None
    published_at: str
    manifest_sha256: str


class MetricRecord(JudgedRecord):
    """A metric with all its figures."""

    id: str
    programme: MetricProgramme
    title: Words
    definition: Words
    unit: MetricUnit
    direction: str
    target: TargetRecord
    computed: Words
    office: Words
    policy_areas: list[PolicyAreaRecord]
    frequency: str
    documents: list[str]
    gap: Words | None
    synthetic: bool
    next_actual: ExpectedRecord | None
    observations: list[ObservationRecord]
    revisions: list[RevisedRecord]
    releases: list[ReleaseRecord]


def describe_metric(figures: Figures, metric: Metric) -> MetricRecord:
    """Everything that is known of a metric: meaning, target, status, observations, revisions, releases read."""
    programme = figures.programme_of(metric.id)
    observations = figures.of(metric)
    result = judged(metric, observations)
    expected = next_actual(metric, result.actual)
    releases = {observation.release.dataset: observation.release for observation in observations}
    return {
        "id": metric.id,
        "programme": {"id": programme.programme, "title": programme.title.as_dict()},
        "title": metric.title.as_dict(),
        "definition": metric.definition.as_dict(),
        "unit": {"code": metric.unit, "title": figures.units[metric.unit].as_dict()},
        "direction": metric.direction,
        "target": _target(metric),
        "computed": metric.computed.as_dict(),
        "office": metric.office.as_dict(),
        "policy_areas": [
            {"number": area.number, "title": area.title.as_dict()} for area in metric.policy_areas
        ],
        "frequency": metric.frequency,
        "documents": metric.documents,
        "gap": metric.gap.as_dict() if metric.gap else None,
        "synthetic": figures.synthetic(metric),
        **result.as_dict(),
        "next_actual": {
            "period": expected.period,
            "period_kind": expected.period_kind,
            "due": expected.due.isoformat(),
        }
        if expected
        else None,
        "observations": [observation.as_dict() for observation in observations],
        "revisions": [revision.as_dict() for revision in figures.revised(metric)],
        "releases": [
            {
                "dataset": name,
                "version": release.version,
                "number": release.number,
                "published_at": release.published_at,
                "manifest_sha256": release.manifest_sha256,
            }
            for name, release in sorted(releases.items())
        ],
    }


def _target(metric: Metric) -> TargetRecord:
    target = metric.target
    if target.value is None:
        return {"none_because": target.none_because.as_dict() if target.none_because else None}
    return {
        "value": plain_number(target.value, target.decimals),
        "printed": format_printed(target.value, target.decimals),
        "beyond": target.beyond,
        "due": {"period": target.due.period, "kind": target.due.kind, "date": str(due_on(metric))}
        if target.due
        else None,
        "source_document": target.source_document,
        "source_locator": target.source_locator,
    }

"""A metric with all its figures as JSON values: what `praya metric --json` prints and `released/metrics/` holds."""

from __future__ import annotations

from typing import Any

from praya.contract.register import Metric
from praya.reports.metrics.cycle import next_actual
from praya.reports.metrics.judgement import due_on, judged
from praya.reports.metrics.observations import Figures
from praya.reports.metrics.printed import format_printed, plain_number


def told(figures: Figures, metric: Metric) -> dict[str, Any]:
    """Everything that is known of a metric: meaning, target, status, observations, revisions, releases read."""
    programme = figures.programme_of(metric.id)
    found = figures.of(metric)
    result = judged(metric, found)
    expected = next_actual(metric, result.actual)
    releases = {one.release.dataset: one.release for one in found}
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
        "next_actual": expected._asdict() | {"due": expected.due.isoformat()} if expected else None,
        "observations": [one.as_dict() for one in found],
        "revisions": [one.as_dict() for one in figures.revised(metric)],
        "releases": [
            {
                "dataset": name,
                "version": one.version,
                "number": one.number,
                "published_at": one.published_at,
                "manifest_sha256": one.manifest_sha256,
            }
            for name, one in sorted(releases.items())
        ],
    }


def _target(metric: Metric) -> dict[str, Any]:
    target = metric.target
    if target.value is None:
        return {"none_because": target.none_because.as_dict() if target.none_because else None}
    return {
        "value": plain_number(target.value, target.decimals),
        "printed": format_printed(target.value, target.decimals),
        "beyond": target.beyond,
        "due": target.due.model_dump() | {"date": str(due_on(metric))} if target.due else None,
        "source_document": target.source_document,
        "source_locator": target.source_locator,
    }

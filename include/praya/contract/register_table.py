"""The register of metrics as a table, the form in which it is released, and back again.

One row for each metric under each programme that shows it. Texts have a column a language (`title_en`, `_tc`, `_sc`);
several values in one cell are set apart by `; `.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from praya.contract.codes import FILE_LANGUAGE
from praya.contract.register import Metric, Observed, Programme
from praya.contract.text import Text, text_of

APART = "; "
TEXTS = ("title", "definition", "computed", "office")
OPTIONAL_TEXTS = {"gap": "gap", "no_target": "none_because"}

Row = dict[str, Any]


def rows_of(programmes: Sequence[Programme], units: Mapping[str, Text]) -> list[Row]:
    """The rows of the register in its order, `own` ones before those that a programme shows of others."""
    metrics = {metric.id: metric for programme in programmes for metric in programme.metrics}
    rows = list[Row]()
    for programme in programmes:
        own = [metric.id for metric in programme.metrics]
        for place, name in enumerate([*own, *programme.also], 1):
            more = {"metric_order": place, "own": place <= len(own)}
            rows.append(_row(programme, metrics[name], units) | more)
    return rows


def _row(programme: Programme, metric: Metric, units: Mapping[str, Text]) -> Row:
    target = metric.target
    values: Row = {
        "programme": programme.programme,
        "programme_order": programme.order,
        **_in_columns("programme_title", programme.title),
        "metric": metric.id,
        "unit": metric.unit,
        **_in_columns("unit_title", units[metric.unit]),
        "direction": metric.direction,
        "target": target.value,
        "target_beyond": target.beyond if target.value is not None else None,
        "target_decimals": target.decimals,
        "target_period": target.period,
        "target_due": target.due.period if target.due else None,
        "target_due_kind": target.due.kind if target.due else None,
        "target_stage": target.stage if target.value is not None else None,
        "target_document": target.source_document,
        "target_locator": target.source_locator,
        "policy_area_numbers": APART.join(str(area.number) for area in metric.policy_areas),
        **{
            f"policy_areas_{short}": APART.join(
                area.title.in_language(language) for area in metric.policy_areas
            )
            for language, short in FILE_LANGUAGE.items()
        },
        "frequency": metric.frequency,
        "documents": APART.join(metric.documents),
        "dataset": metric.observed.dataset,
        "dataset_field": metric.observed.field,
        "dataset_rows": APART.join(f"{name}={value}" for name, value in metric.observed.where.items()),
    }
    for name in TEXTS:
        values |= _in_columns(name, getattr(metric, name))
    for column, name in OPTIONAL_TEXTS.items():
        values |= _in_columns(column, getattr(metric if name == "gap" else target, name))
    return values


def programmes_of(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Programme], dict[str, Text]]:
    """The programmes that a released register tells of, in their order, and what units are called."""
    by_programme: dict[str, dict[str, Any]] = {}
    units: dict[str, Text] = {}
    for row in sorted(rows, key=lambda row: (row["programme_order"], row["metric_order"])):
        units[row["unit"]] = text_of(row, "unit_title")
        metric = _metric(row)
        programme = by_programme.setdefault(
            row["programme"],
            {
                "programme": row["programme"],
                "order": row["programme_order"],
                "title": text_of(row, "programme_title"),
                # The first metric's stand for the programme's, which are only what metrics inherit.
                **{name: metric[name] for name in ("policy_areas", "office", "frequency", "documents")},
                "metrics": [],
                "also": [],
            },
        )
        if row["own"]:
            programme["metrics"].append(metric)
        else:
            programme["also"].append(row["metric"])
    return [Programme.model_validate(programme) for programme in by_programme.values()], units


def _metric(row: Mapping[str, Any]) -> dict[str, Any]:
    target: dict[str, Any]
    if row["target"] is None:
        target = {"none_because": text_of(row, "no_target")}
    else:
        target = {
            "value": row["target"],
            # Releases from before 0.3.0 do not have these columns.
            "decimals": row.get("target_decimals"),
            "due": {"period": row["target_due"], "kind": row["target_due_kind"]}
            if row.get("target_due")
            else None,
            "unit": row["unit"],
            "period": row["target_period"],
            "stage": row["target_stage"],
            "beyond": row["target_beyond"],
            "source_document": row["target_document"],
            "source_locator": row["target_locator"],
        }
    numbers = row["policy_area_numbers"].split(APART)
    titles = zip(
        *(row[f"policy_areas_{short}"].split(APART) for short in FILE_LANGUAGE.values()), strict=True
    )
    where = dict(part.split("=", 1) for part in (row["dataset_rows"] or "").split(APART) if part)
    return {
        "id": row["metric"],
        "unit": row["unit"],
        "direction": row["direction"],
        "target": target,
        "policy_areas": [
            {"number": int(number), "title": dict(zip(FILE_LANGUAGE, title, strict=True))}
            for number, title in zip(numbers, titles, strict=True)
        ],
        "frequency": row["frequency"],
        "documents": [document for document in (row["documents"] or "").split(APART) if document],
        "observed": Observed(dataset=row["dataset"], field=row["dataset_field"], where=where),
        **{name: text_of(row, name) for name in TEXTS},
        "gap": text_of(row, "gap") if row["gap_en"] else None,
    }


def _in_columns(name: str, text: Text | None) -> Row:
    return {
        f"{name}_{short}": text.in_language(language) if text else None
        for language, short in FILE_LANGUAGE.items()
    }

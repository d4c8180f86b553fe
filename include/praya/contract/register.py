"""The register of metrics: what each figure means, once, for everything that shows it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from praya.contract.base import Model, RuledModel, apply_rule, read_key
from praya.contract.codes import FREQUENCIES, enum_of, one_of
from praya.contract.fields import Slug
from praya.contract.load import load_model, parse_model
from praya.contract.parsed import Parsed
from praya.contract.rules import register_rules as rules
from praya.contract.text import Text
from praya.errors import ContractError, FileProblem

# The words before a printed figure that put it beyond or below its value.
BEYOND_VALUE, BELOW_VALUE = {"over", "more than", "exceeding"}, {"nearly"}
# What a metric takes from its programme where it says nothing of its own.
INHERITED = ("policy_areas", "office", "frequency", "documents")
Frequency = Annotated[str, one_of(tuple(FREQUENCIES)), enum_of(tuple(FREQUENCIES))]
MetricId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class Due(Model):
    """The period by the end of which a target is to be reached, as its document says."""

    period: str = Key(pattern=r"^\d{4}(-\d{2}){0,2}$")
    kind: Literal["calendar year", "financial year", "month", "as at"]


class Target(RuledModel):
    """A target with its source, or the reason why there is none."""

    RULES = rules.TARGET

    value: float | None = None
    decimals: int | None = Key(
        default=None,
        ge=0,
        le=9,
        description="digits after the point as printed, where the value has fewer: 4.0",
    )
    unit: str | None = None
    period: str | None = Key(default=None, description="the period under which the observations hold it")
    due: Due | None = Key(
        default=None,
        description="by when it is to be reached, where the document says so; a standing target has none",
    )
    stage: Literal["target", "plan"] = Key(
        default="target", description="the stage under which the observations hold it"
    )
    beyond: bool = Key(default=False, description="only a figure beyond it meets it: under 10, over 70")
    source_document: str | None = None
    source_locator: str | None = None
    none_because: Text | None = None


class PolicyArea(Model):
    """A policy area of the Estimates, by its number."""

    number: int = Key(ge=1)
    title: Text


class Observed(Model):
    """Where the figures of a metric are released: by its id in the observations, or a field of another dataset."""

    dataset: Slug = "programme-observations"
    field: str = "value"
    where: dict[str, str] = Key(
        default={}, description="the rows of a dataset that has more than this metric's"
    )


class Metric(RuledModel):
    """One metric: its meaning in three languages, unit, direction, target, who answers for it, and computation."""

    RULES = rules.METRIC

    id: MetricId
    title: Text
    definition: Text
    unit: str = Key(min_length=1)
    direction: Literal["more is better", "less is better", "neither"]
    target: Target
    computed: Text = Key(description="how the figure comes about, in words")
    gap: Text | None = Key(default=None, description="why no figure exists; absent where one does")
    policy_areas: list[PolicyArea] = Key(min_length=1)
    office: Text
    frequency: Frequency
    documents: list[str]
    observed: Observed = Observed()

    def meets(self, value: float, qualifier: str | None = None) -> bool | None:
        """Whether a figure in the metric's unit, with the document's word before it, meets the target; None where
        there is none. "More than 100" meets a target of more than 100, and "nearly 100" does not meet one of 100."""
        goal = self.target.value
        if goal is None:
            return None
        more = value > goal or (value == goal and qualifier in BEYOND_VALUE)
        less = value < goal or (value == goal and qualifier in BELOW_VALUE)
        if not more and not less:
            return not self.target.beyond
        return more if self.direction == "more is better" else less


class Programme(Model):
    """One file of the register: a programme or system and its metrics, which inherit what they leave out."""

    programme: MetricId
    order: int = Key(ge=1, description="where it stands in reports")
    title: Text
    policy_areas: list[PolicyArea] = Key(min_length=1)
    office: Text
    frequency: Frequency
    documents: list[str]
    also: list[MetricId] = Key(default=[], description="metrics of other programmes that tell of this one")
    metrics: list[Metric] = Key(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("metrics"), list):
            return data
        shared = {key: data[key] for key in INHERITED if key in data}
        metrics = [shared | metric if isinstance(metric, dict) else metric for metric in data["metrics"]]
        return data | {"metrics": metrics}


def load_register(folder: Path) -> list[Programme]:
    """All programmes of the register in the order of reports; raises ContractError with every problem."""
    parsed, problems = list[Parsed[Programme]](), list[FileProblem]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            parsed.append(parse_model(path, Programme))
        except ContractError as error:
            problems += error.problems
    files = _check_together(parsed, all_read=not problems)
    if problems := [*problems, *(sentence for file in files for sentence in file.described)]:
        raise ContractError(problems)
    return sorted((file.model for file in files), key=lambda each: each.order)


def _check_together(parsed: list[Parsed[Programme]], all_read: bool) -> list[Parsed[Programme]]:
    """The same with the problems between one file and its name, and those before it; `all_read`: there are no more."""
    checked = list[Parsed[Programme]]()
    ids, orders = dict[str, Path](), dict[int, str]()
    known = _ids(file.model for file in parsed)
    for file in parsed:
        programme = file.model
        more = [apply_rule(rules.check_name, programme, file.path)]
        more += [
            apply_rule(rules.check_ids, programme, ids),
            apply_rule(rules.check_order, programme, orders),
        ]
        if all_read and None not in known:
            more.append(apply_rule(rules.check_also, programme, known))
        checked.append(file.with_problems(*more))
        ids |= {name: file.path for name in _ids([programme]) if name}
        orders.setdefault(read_key(programme, "order"), read_key(programme, "programme"))
    return checked


def _ids(programmes: Iterable[Programme]) -> set[str | None]:
    """The ids of the metrics; with None where one could not be read."""
    metrics = [read_key(programme, "metrics") for programme in programmes]
    return {read_key(target, "id") if target else None for each in metrics for target in each or [None]}


class Units(Model):
    """The file of units: each code, as the data has it, in three languages."""

    units: dict[str, Text]


def load_units(path: Path) -> dict[str, Text]:
    """What each unit is called; raises ContractError with every problem."""
    return load_model(path, Units).units

"""The register of metrics: what each figure means, once, for everything that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field as Key
from pydantic import StringConstraints, model_validator

from praya.contract.fields import Model
from praya.contract.load import load_model
from praya.contract.text import Text
from praya.errors import ContractError

MetricId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]


class Target(Model):
    """A target with its source, or the reason why there is none."""

    value: float | None = None
    unit: str | None = None
    source_document: str | None = None
    source_locator: str | None = None
    none_because: str | None = None

    @model_validator(mode="after")
    def _either(self) -> Target:
        if (self.value is None) == (self.none_because is None):
            raise ValueError("expected either a `value` with its source, or `none_because` with the reason")
        if self.value is not None and not (self.unit and self.source_document and self.source_locator):
            raise ValueError("a target needs `unit`, `source_document` and `source_locator`")
        return self


class Metric(Model):
    """One metric: its meaning in three languages, unit, direction, target and computation."""

    id: MetricId
    title: Text
    definition: Text
    unit: str = Key(min_length=1)
    direction: Literal["more is better", "less is better", "neither"]
    target: Target
    computed: str = Key(min_length=3, description="how the figure comes about, in words")


class Programme(Model):
    """One file of the register: a programme and its metrics."""

    programme: MetricId
    title: Text
    metrics: list[Metric] = Key(min_length=1)


def load_register(folder: Path) -> list[Programme]:
    """All programmes of the register, sorted by file; raises ContractError with every problem."""
    programmes, problems, seen = [], list[str](), dict[str, Path]()
    for path in sorted(folder.glob("*.yaml")):
        try:
            programme = load_model(path, Programme)
        except ContractError as error:
            problems += error.problems
            continue
        if programme.programme != path.stem:
            problems.append(
                f"{path}:1: programme: is {programme.programme!r}; expected the file's name, {path.stem!r}"
            )
        for metric in programme.metrics:
            if metric.id in seen:
                problems.append(
                    f"{path}:1: metrics: {metric.id!r} is also in {seen[metric.id]}; one id, one meaning"
                )
            seen[metric.id] = path
        programmes.append(programme)
    if problems:
        raise ContractError(problems)
    return programmes

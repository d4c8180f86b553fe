"""The base of everything that is read from the files that people write, and of the rules between their keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from praya.errors import Code, codes

Keys = tuple[str | int, ...]


class Problem(NamedTuple):
    """What is wrong in a file: the keys that lead to it as the file spells them, what is expected, and its kind."""

    keys: Keys
    sentence: str
    code: Code = codes.contract.RULE_BROKEN


# A function of a model, perhaps of one that could be read in part only.
Rule = Callable[..., Iterator[Problem]]
Rules = tuple[Rule, ...]

# The context in which models are read without their rules.
WITHOUT_RULES = object()
BROKEN = "broken_rule"


class Unparsed(Exception):
    """A rule reads a key that is missing or could not be read, which is a problem of its own."""


class Model(BaseModel):
    """Unknown keys are errors, and nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, frozen=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise Unparsed(name)
            return super().__getattr__(name)


class RuledModel(Model):
    """A model with rules between its keys. It is not made where one is broken; the error has all that are."""

    RULES: ClassVar[Rules] = ()

    @model_validator(mode="after")
    def _check_rules(self, info: ValidationInfo) -> Self:
        if info.context is not WITHOUT_RULES and (broken := [*broken_rules(self)]):
            raise ValidationError.from_exception_data(type(self).__name__, [*map(_details, broken)])
        return self


def broken_rules(model: RuledModel) -> Iterator[Problem]:
    """What the rules of one model find, without those of the models in it."""
    for rule in model.RULES:
        yield from apply_rule(rule, model)


def apply_rule(rule: Rule, *arguments: Any) -> Iterator[Problem]:
    """What a rule finds, up to where it needs a key that could not be read."""
    try:
        yield from rule(*arguments)
    except Unparsed:
        return


def read_key(model: Model, name: str) -> Any:
    """The value of a key; None where it could not be read."""
    return model.__dict__.get(name)


def _details(problem: Problem) -> InitErrorDetails:
    # Without the input: it is a whole section, and messages show none.
    broken = PydanticCustomError(BROKEN, problem.sentence)
    return InitErrorDetails(type=broken, loc=problem.keys, input=None)

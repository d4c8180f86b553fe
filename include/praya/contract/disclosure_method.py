"""What a method of hiding small counts is, and which there are.

A method is one file that declares a `DisclosureMethod`, in `praya.disclosure.protect.methods` or in another package of
the entry points `praya.disclosure_methods`. Contracts and the policy name it, so it is described here; they are read
where DAGs are parsed, so its file imports no DuckDB and no NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from praya.contract.text import Text
from praya.extensions import DISCLOSURE_METHODS, discover_specs

if TYPE_CHECKING:
    from praya.contract.fields import Field
    from praya.contract.model import Contract

Bounds = tuple[float, float]
"""The least and the greatest count that something can stand for."""


@dataclass(frozen=True, kw_only=True)
class DisclosureMethod:
    """A method: how it is called, what is said of it, what it does to a table, and what its figures tell.

    `notes` say in the notes of a dataset what was done to it, with `{threshold}` in them; `summary` goes on the page
    that sets the methods side by side, after the name. `select_protected` makes SQL of the protected table from the
    contract and the SQL of the true one, and `status_fields` gives its fields: each guarded field is followed by one
    with its status.

    The joint check, which withholds what gives small counts back, asks:

    - `interval(shown, threshold)`: the counts that a figure in print can stand for, in the first version that has it
    - `withheld(count, threshold, key, by_rule)`: the counts that a withheld one can be for somebody who knows whether
      it is withheld for its own size; `key` is the sum of its record keys where there are any
    - `carry_on(figure, low, change, threshold)`: what is in print after a change, from the first figure and the least
      count `low` that it stood for; None where that is withheld
    - `readers`: which values of `by_rule` there are, of readers who know different things
    - `exact`: whether its figures are the counts; `rates_are_true`: whether its rates are made from true counts;
      `change_off`: by how much the change of a figure may differ from that of its count
    """

    name: str
    notes: Text
    summary: str
    select_protected: Callable[[Contract, str], str]
    status_fields: Callable[[Contract], list[Field]]
    interval: Callable[[int, int], Bounds]
    withheld: Callable[[int, int, int | None, bool], Bounds]
    carry_on: Callable[[int, float, int, int], int | None]
    exact: bool
    rates_are_true: bool
    change_off: int = 0
    readers: tuple[bool, ...] = (False,)
    needs_cell_keys: bool = False  # every count needs a field with the sum of its records' keys
    needs_rounded_means: bool = False  # an unrounded mean would give its count back


def disclosure_methods() -> dict[str, DisclosureMethod]:
    """Every method by its name, in the order of names."""
    return discover_specs(DisclosureMethod, DISCLOSURE_METHODS)

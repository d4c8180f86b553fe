"""What only the data can tell of a table that is made from guarded records: that its figures are as declared."""

from __future__ import annotations

from collections.abc import Iterator

from praya.contract import Contract
from praya.contract.lineage import Lineage
from praya.errors import DisclosureError, codes
from praya.lineage.tables import period
from praya.store import Store
from praya.store.duck import connect, identifier, literal, scan
from praya.store.states import Accepted

# A rate is a share, or so many in a hundred, a thousand … a million.
SCALES = (1, 100, 1_000, 10_000, 100_000, 1_000_000)
# Years with a month, a quarter or nothing behind them.
PERIOD = r"(19|20|21)\d{2}(-((0[1-9]|1[0-2])|Q[1-4]))?"
# So many rows that count nobody or one each are records, and no counts of them.
ROWS_OF_ONE = 20


def check_figures(contract: Contract, store: Store, accepted: Accepted, lineage: Lineage) -> None:
    """Raise DisclosureError where a guarded dataset's accepted table holds something else than its contract says.

    That is a rate that is not that of its two counts, a mean that is not that of its sum, a period that is none, or a
    row for each record. SQL proves what a figure is made from; what comes out of it is looked at here.
    """
    if not lineage.guarded:
        return
    with store.scratch() as work, connect(work) as con:
        source = scan(store.local(accepted.table))
        for what, wrong in _questions(contract):
            if con.execute(wrong.format(source=source)).fetchone() != (0,):
                raise DisclosureError(
                    codes.disclosure.FIGURES_CONTRADICT_CONTRACT,
                    f"{contract.dataset}: {what}. Nothing was released; see the SQL of the mart {contract.source.mart} "
                    "and the contract's disclosure section",
                )


def _questions(contract: Contract) -> Iterator[tuple[str, str]]:
    """What would be wrong, and the SQL that gives a number above 0 where it is."""
    rules, fields = contract.disclosure, {field.name: field for field in contract.fields}
    for rate in rules.rates:
        decimals, top = fields[rate.field].decimals, identifier(rate.numerator)
        wrong = [_unlike(rate.field, f"{scale} * {top}", rate.denominator, decimals) for scale in SCALES]
        yield (
            f"{rate.field} is not the rate of {rate.numerator} and {rate.denominator} in every row",
            f"select least({', '.join(wrong)}) from {{source}}",
        )
    for mean in rules.means:
        if mean.sum:
            wrong_mean = _unlike(mean.field, identifier(mean.sum), mean.count, fields[mean.field].decimals)
            yield (
                f"{mean.field} is not the mean of {mean.sum} over {mean.count} in every row",
                f"select {wrong_mean} from {{source}}",
            )
    counts = [identifier(name) for name in rules.counts]
    yield (
        f"{', '.join(rules.counts)} count nobody or one in every row, so that each row is a record",
        f"select (count(*) >= {ROWS_OF_ONE} and max(greatest({', '.join(counts)})) <= 1)::int from {{source}}",
    )
    for name in rules.counts:
        yield (
            f"{name} is below zero in a row",
            f"select count(*) from {{source}} where {identifier(name)} < 0",
        )
    for field in contract.fields:
        if field.type == "string" and not field.constraints.enum and period(field):
            pattern = literal(PERIOD).replace("{", "{{").replace("}", "}}")
            yield (
                f"{field.name} holds what is no year, month or quarter",
                f"select count(*) from {{source}} where not regexp_full_match({identifier(field.name)}, {pattern})",
            )


def _unlike(field: str, top: str, bottom: str, decimals: int | None) -> str:
    """How many rows have another figure than `top` over `bottom`, but for rounding."""
    shown, below = identifier(field), identifier(bottom)
    tolerance = 0.5000001 * 10**-decimals if decimals is not None else 1e-6
    return (
        f"count(*) filter (where {shown} is not null and {below} > 0 and "
        f"abs({shown}::double - ({top})::double / {below}) > {tolerance:.12f})"
    )

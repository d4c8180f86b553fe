"""The contract: everything Praya has to know about one dataset; its fields and its source have files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import PrivateAttr, StringConstraints, model_validator

from praya.contract.base import Model
from praya.contract.codes import CATEGORIES, FREQUENCIES, LICENCES, Frequency, codes, one_of
from praya.contract.disclosure import Disclosure
from praya.contract.fields import ColumnName, Field, Slug, TableSchema
from praya.contract.guards import Guards, is_temporal
from praya.contract.json_path import parse_json_path
from praya.contract.labels import MARK, label_names
from praya.contract.notes import Coverage, Note, unbound
from praya.contract.record_key import RECORD_KEY
from praya.contract.release import Release
from praya.contract.sdmx import sdmx_problems
from praya.contract.source import Source
from praya.contract.text import Text
from praya.contract.waiver import Waiver
from praya.errors import ContractError
from praya.text.names import is_month
from praya.text.outside import quote

# What an operator may change without the published thing being another one.
OPERATIONAL = ("source", "owner", "tags", "quality", "waivers", "release", "fresh_within_days", "aliases")

# Beside the datasets, by name → what lies there.
SERVED = {
    "keys": "the publisher's public keys",
    "reports": "the editions of reports",
    "metrics": "the pages of metrics",
}
# Names beside those of datasets in the store's `state/` (of marts, months, given links, the warehouse), and of DAGs.
RESERVED = {"mart", "month", "links", "warehouse", "catalogue", "retention", "audit"}
# `<dataset>.json` and `<dataset>.csv` must not be files that every release has.
TAKEN = re.compile(
    r"(dictionary|notes|ckan)(-(en|tc|sc))?|dcat|(fiscal-)?datapackage|manifest|schema(-org)?|sdmx-structure"
)


class Quality(Model):
    """How much may go to quarantine, and how far a table may move, before the dataset is stopped."""

    max_quarantined_rows: int = Key(default=0, ge=0)
    min_rows: int = Key(default=1, ge=0, description="fewer rows than this is not the dataset")
    guards: Guards = Guards()


class Retention(Model):
    """How long raw snapshots of personal records are kept, and on what ground they are then purged."""

    raw_days: int = Key(gt=0)
    ground: str = Key(min_length=20)


class Contact(Model):
    name: Text
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", max_length=254)]
    phone: str | None = None


class Contract(Model):
    """One dataset: where it comes from, its fields, who may see what, when it is due, how it is released."""

    dataset: Slug
    provider: Slug
    aliases: list[Slug] = Key(default=[], description="ids that it had before; their addresses go on")
    title: Text
    description: Text
    category: Annotated[str, one_of(CATEGORIES), codes(CATEGORIES)]
    frequency: Annotated[str, one_of(tuple(FREQUENCIES)), codes(tuple(FREQUENCIES))]
    fresh_within_days: int | None = Key(
        default=None, gt=0, description="freshness target, where not the frequency's"
    )
    licence: Annotated[str, one_of(tuple(LICENCES)), codes(tuple(LICENCES))]
    contact: Contact
    owner: str = Key(min_length=1, description="who answers for it in Airflow")
    tags: list[str] = Key(default=[], description="for Airflow's pages; readers see `keywords`")
    keywords: list[Text] = Key(default=[], description="what readers search for")
    coverage: Coverage = Coverage()
    notes: list[Note] = Key(default=[], description="remarks that travel with the figures")
    synthetic: bool = Key(default=False, description="generated data: everything made from it says so")
    partition: Literal["month"] | None = Key(
        default=None, description="collected, staged and validated month by month"
    )
    partition_field: ColumnName | None = Key(
        default=None,
        description="the field whose time puts a row into its month (Hong Kong time); rows of another are quarantined",
    )
    retention: Retention | None = None
    source: Source
    schema_: TableSchema = Key(alias="schema")
    quality: Quality = Quality()
    waivers: list[Waiver] = Key(default=[], description="critical expectations that only warn up to a day")
    disclosure: Disclosure
    release: Release = Release()

    @model_validator(mode="after")
    def _agrees(self) -> Contract:
        problems = []
        problems += [
            f"dataset and aliases: `{name}` is where {what} are served; take another name"
            for name, what in SERVED.items()
            if name in (self.dataset, *self.aliases)
        ]
        problems += [
            f"dataset and aliases: `{name}` is a name that Praya needs itself; take another"
            for name in sorted(RESERVED & {self.dataset, *self.aliases})
        ]
        names = {field.name for field in self.schema_.fields}
        counted = {field.name for field in self.schema_.fields if field.type == "integer"}
        if wrong := sorted(set(self.disclosure.counts) - counted):
            problems.append(f"disclosure.counts: not integer fields of the schema: {', '.join(wrong)}")
        if wrong := sorted(set(self.disclosure.counts) & set(self.primary_key)):
            problems.append(f"disclosure.counts: a primary key cannot be withheld: {', '.join(wrong)}")
        if wrong := sorted({*self.disclosure.public_contact} - names):
            problems.append(f"disclosure.publicContact: not fields of the schema: {', '.join(wrong)}")
        parts = set(self.source.parts or {})
        if wrong := sorted({field.part for field in self.schema_.fields if field.part} - parts):
            problems.append(f"fields name parts that source.parts does not have: {', '.join(wrong)}")
        personal = {field.name for field in self.schema_.fields if field.personal}
        dropped = {field.name for field in self.schema_.fields if field.personal == "drop"}
        if (self.disclosure.class_ == "personal records") != bool(self.retention):
            problems.append(
                "`retention` says how long `personal records` are kept; it goes with that class only"
            )
        if personal and self.disclosure.class_ != "personal records":
            problems.append(
                f"fields with `personal` are in `personal records` only: {', '.join(sorted(personal))}"
            )
        if wrong := sorted(dropped & {*self.primary_key}):
            problems.append(f"a primary key cannot be dropped: {', '.join(wrong)}")
        rated = {name for rate in self.disclosure.rates for name in (rate.numerator, rate.denominator)}
        if wrong := sorted(
            (rated | {mean.count for mean in self.disclosure.means}) - {*self.disclosure.counts}
        ):
            problems.append(f"disclosure: rates and means rest on `counts`, which lack {', '.join(wrong)}")
        derived = {rate.field for rate in self.disclosure.rates} | {
            mean.field for mean in self.disclosure.means
        }
        numbers = {field.name for field in self.schema_.fields if field.type == "number"}
        if wrong := sorted(derived - numbers):
            problems.append(
                f"disclosure: rates and means are number fields, which these are not: {', '.join(wrong)}"
            )
        if self.source.pages and not (self.partition and self.source.path and self.source.format == "csv"):
            problems.append("`source.pages` goes with a `path`, `format: csv` and a `partition`")
        waived = [waiver.expectation for waiver in self.waivers]
        if wrong := sorted({name for name in waived if waived.count(name) > 1}):
            problems.append(f"waivers: each expectation once; more than once: {', '.join(wrong)}")
        problems += [
            *self._of_partition(),
            *self._of_json(),
            *self._of_record_key(),
            *self._of_cell_keys(),
            *self._of_derived(),
            *self.quality.guards.problems(
                [field.name for field in self.guarded_fields],
                [field.name for field in self.guarded_numbers],
                self.lasting_key,
            ),
            *self.release.problems(self._unchanged),
            *self._of_sdmx(),
            *self._of_notes(),
        ]
        if self.disclosure.class_ == "aggregated counts":
            safe = {*self.disclosure.counts, *self.primary_key, *derived, *self.disclosure.kept_back}
            numeric = {field.name for field in self.schema_.fields if field.type in ("integer", "number")}
            if wrong := sorted(numeric - safe):
                problems.append(
                    f"disclosure: {', '.join(wrong)} could give a protected count back; in `aggregated counts` a "
                    "number is one of `counts`, `rates`, `means`, or part of the primary key"
                )
        suffixed = {f"{name}_conf_status" for name in self.disclosure.guarded}
        if wrong := sorted(suffixed & names):
            problems.append(f"these field names are kept for disclosure control: {', '.join(wrong)}")
        if wrong := sorted({label for field in self.fields for label in label_names(field)} & names):
            problems.append(f"these field names are kept for the labels of codes: {', '.join(wrong)}")
        if self.synthetic and MARK in names:
            problems.append(f"the field name {MARK} is kept for the mark of synthetic data")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _of_partition(self) -> list[str]:
        if self.partition_field is None:
            return []
        kinds = {field.name: field.type for field in self.schema_.fields if field.constraints.required}
        if self.partition and kinds.get(self.partition_field) in ("datetime", "date", "yearmonth"):
            return []
        return [
            f"`partition_field` goes with a `partition` and is a required datetime, date or yearmonth field; "
            f"{self.partition_field} is none"
        ]

    def _of_json(self) -> Iterator[str]:
        """Fields of a JSON source lead to one place of a record each."""
        if self.source.format == "json":
            for field in self.schema_.fields:
                try:
                    parse_json_path(field.source_name)
                except ValueError as error:
                    yield f"source of {field.name}: {quote(error, 200)}"

    def _of_sdmx(self) -> list[str]:
        if "sdmx-csv" not in self.release.formats:
            return []
        return [*sdmx_problems(self.primary_key, self.released_fields)]

    def _of_record_key(self) -> list[str]:
        name = self.disclosure.record_key
        ids = {field.name for field in self.fields if field.type == "string" and field.constraints.required}
        problems = []
        if name and (name not in ids or self.disclosure.class_ != "personal records"):
            problems.append(
                f"disclosure.record_key: a required string field of `personal records`; {name} is none"
            )
        if name and RECORD_KEY.name in {field.name for field in self.fields}:
            problems.append(f"{RECORD_KEY.name}: is added by stage and cannot be a field of the source too")
        return problems

    def _of_cell_keys(self) -> list[str]:
        rules = self.disclosure
        kinds = {field.name: field.type for field in self.fields}
        taken = {*rules.guarded, *self.primary_key}
        problems = []
        if wrong := sorted(
            {key for key in rules.cell_keys.values() if kinds.get(key) != "integer" or key in taken}
        ):
            problems.append(
                f"disclosure.cell_keys: integer fields that are nothing else; not so: {', '.join(wrong)}"
            )
        if wrong := sorted({*rules.cell_keys} - {*rules.counts}):
            problems.append(f"disclosure.cell_keys: go with `counts`, which lack {', '.join(wrong)}")
        if rules.method != "cell-key perturbation":
            return problems
        if wrong := sorted({*rules.counts} - {*rules.cell_keys}):
            problems.append(
                f"disclosure.cell_keys: cell-key perturbation needs a key for every count; none for {', '.join(wrong)}"
            )
        exact = {field.name for field in self.fields if field.decimals is None}
        if wrong := sorted({mean.field for mean in rules.means} & exact):
            problems.append(
                f"disclosure.means: need `decimals` under cell-key perturbation, for an unrounded mean gives its "
                f"count back: {', '.join(wrong)}"
            )
        return problems

    def _of_derived(self) -> list[str]:
        """What goes with rates and means."""
        rules = self.disclosure
        kinds = {field.name: field.type for field in self.fields}
        problems = []
        taken = {*rules.guarded, *self.primary_key, *rules.cell_keys.values()}
        if wrong := sorted(name for name in rules.sums if kinds.get(name) != "integer" or name in taken):
            problems.append(
                f"disclosure.means: `sum` is an integer field that is nothing else; not so: {', '.join(wrong)}"
            )
        known = {*rules.counts, *(each.rest for each in rules.structure.inside)}
        bands = {band.count for mean in rules.means for band in mean.bands}
        if wrong := sorted(bands - known):
            problems.append(f"disclosure.means: bands are of counts, which these are not: {', '.join(wrong)}")
        derived = {*rules.guarded} - {*rules.counts}
        if wrong := sorted(
            name
            for name, of in rules.follows.items()
            if of not in derived or name in {*rules.guarded, *self.primary_key} or name not in kinds
        ):
            problems.append(
                f"disclosure.follows: fields that are made from a rate or a mean; not so: {', '.join(wrong)}"
            )
        return problems

    def _of_notes(self) -> list[str]:
        problems = [*unbound(self.notes, self.coverage, self.released_fields)]
        if TAKEN.fullmatch(self.dataset):
            problems.append(f"dataset: the files of every release are named so: {self.dataset}")
        return problems

    _at: str | None = PrivateAttr(default=None)

    def at(self, partition: str) -> Contract:
        """The same contract for one partition, a month as `2023-01`. Raises ContractError for what is no month."""
        if not is_month(partition):
            raise ContractError(
                [f"{self.dataset}: '{quote(partition, 40)}' is no month; expected one such as 2026-10"]
            )
        contract = self.model_copy()
        contract._at = partition
        return contract

    @property
    def month(self) -> str | None:
        """The partition that this contract is for, or None for the whole dataset."""
        return self._at

    @property
    def subject(self) -> str:
        """What states, receipts and ledger lines are about: the dataset, or one partition of it."""
        return f"{self.dataset}/{self._at}" if self._at else self.dataset

    @property
    def fields(self) -> list[Field]:
        return self.schema_.fields

    @property
    def kept_fields(self) -> list[Field]:
        """The fields that stage keeps: all but dropped personal ones, and the record key that it adds."""
        kept = [field for field in self.schema_.fields if field.personal != "drop"]
        return [*kept, RECORD_KEY] if self.disclosure.record_key else kept

    @property
    def released_fields(self) -> list[Field]:
        """The fields that may go out: all but those that disclosure control works with."""
        return [field for field in self.schema_.fields if field.name not in self.disclosure.kept_back]

    @property
    def _unchanged(self) -> list[Field]:
        """The fields that disclosure control neither withholds nor changes."""
        touched = {*self.disclosure.guarded, *self.disclosure.follows}
        return [field for field in self.released_fields if field.name not in touched]

    @property
    def guarded_fields(self) -> list[Field]:
        """The fields whose share of missing values is guarded: all outside the primary key that stage keeps."""
        key = {*self.primary_key, RECORD_KEY.name}
        return [field for field in self.kept_fields if field.name not in key]

    @property
    def guarded_numbers(self) -> list[Field]:
        """The fields whose size of numbers is guarded: measures, but for the sums of record keys, which have none."""
        chance = {*self.disclosure.cell_keys.values()}
        return [
            field
            for field in self.guarded_fields
            if field.type in ("integer", "number") and field.name not in chance
        ]

    @property
    def lasting_key(self) -> list[str]:
        """The columns of the primary key that stay from one delivery to the next: not times, and no pseudonyms, which
        change with their key."""
        times = {self.partition_field, self.coverage.field, self.release.year_field}
        if periods := self.disclosure.structure.periods:
            times.add(periods.field)
        return [
            field.name
            for field in self.kept_fields
            if field.name in self.primary_key
            and field.name not in times
            and not field.personal
            and not is_temporal(field)
        ]

    @property
    def released(self) -> bool:
        """Whether the dataset itself may ever go out; of personal records only what is made from them may."""
        return self.disclosure.class_ != "personal records"

    @property
    def waits(self) -> bool:
        """Whether its releases have a time of their own."""
        return self.release.embargo_until is not None or self.release.hour is not None

    @property
    def primary_key(self) -> list[str]:
        return self.schema_.primary_key

    @property
    def update(self) -> Frequency:
        return FREQUENCIES[self.frequency]

    @property
    def freshness_days(self) -> int:
        """Days after which the latest release is stale."""
        return self.fresh_within_days or self.update.fresh_days

    def as_dict(self) -> dict[str, Any]:
        """What the contract says, as plain JSON values under its YAML names. What it leaves to the defaults is
        left out, so that a key which contracts learn later does not make all of today's look changed."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def published(self) -> dict[str, Any]:
        """The same without what only the operator sees."""
        return {name: value for name, value in self.as_dict().items() if name not in OPERATIONAL}

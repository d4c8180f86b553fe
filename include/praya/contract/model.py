"""The contract: everything Praya has to know about one dataset; its fields and its source have files of their own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field as Key
from pydantic import PrivateAttr, StringConstraints

from praya.contract.base import Model, RuledModel
from praya.contract.codes import CATEGORIES, FREQUENCIES, LICENCES, Frequency, enum_of, one_of
from praya.contract.disclosure import Disclosure
from praya.contract.fields import ColumnName, Field, Slug, TableSchema
from praya.contract.guards import Guards, is_temporal
from praya.contract.notes import Coverage, Note
from praya.contract.record_key import RECORD_KEY
from praya.contract.release import DEFAULT_RELEASE, Release
from praya.contract.rules import contract_rules as rules
from praya.contract.source import Source
from praya.contract.text import Text
from praya.contract.waiver import Waiver
from praya.errors import ContractError, FileProblem
from praya.errors import codes as error_codes
from praya.text.names import is_month
from praya.text.outside import quote

# What an operator may change without the published thing being another one.
OPERATIONAL = ("source", "owner", "tags", "quality", "waivers", "release", "fresh_within_days", "aliases")


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


class Contract(RuledModel):
    """One dataset: where it comes from, its fields, who may see what, when it is due, how it is released."""

    RULES = rules.RULES

    dataset: Slug
    provider: Slug
    aliases: list[Slug] = Key(default=[], description="ids that it had before; their addresses go on")
    title: Text
    description: Text
    category: Annotated[str, one_of(CATEGORIES), enum_of(CATEGORIES)]
    frequency: Annotated[str, one_of(tuple(FREQUENCIES)), enum_of(tuple(FREQUENCIES))]
    fresh_within_days: int | None = Key(
        default=None, gt=0, description="freshness target, where not the frequency's"
    )
    licence: Annotated[str, one_of(tuple(LICENCES)), enum_of(tuple(LICENCES))]
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
    release: Release = DEFAULT_RELEASE

    _at: str | None = PrivateAttr(default=None)

    def at(self, partition: str) -> Contract:
        """The same contract for one partition, a month as `2023-01`. Raises ContractError for what is no month."""
        if not is_month(partition):
            raise ContractError(
                [
                    FileProblem(
                        error_codes.contract.MONTH_NOT_VALID,
                        f"{self.dataset}: '{quote(partition, 40)}' is no month; expected one such as 2026-10",
                    )
                ]
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
    def unchanged_fields(self) -> list[Field]:
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

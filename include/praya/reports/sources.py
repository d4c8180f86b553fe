"""What a report is made from: tables of releases as known on a day.

A report names its datasets before it is built, so that what it rests on is known without building it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from praya.contract.codes import LANGUAGES
from praya.contract.text import Text
from praya.contract.zone import HONG_KONG
from praya.errors import NotKnown, ReportError, codes
from praya.history import KnownRelease, known
from praya.store import Store, content_key, table_name
from praya.store.duck import connect, identifier, scan


class Sources:
    """The releases of `datasets` as known at the end of the day `on` (None: now).

    Raises NotKnown where one of the datasets had no release by then; those in `optional` may be missing.
    """

    def __init__(
        self,
        store: Store,
        datasets: Sequence[str],
        on: dt.date | None = None,
        *,
        optional: Sequence[str] = (),
    ) -> None:
        releases = {name: known(store, name, on) for name in sorted({*datasets, *optional})}
        missing = [name for name, release in releases.items() if release is None and name not in optional]
        if missing:
            day = f"on {on.isoformat()}" if on else "yet"
            raise NotKnown(
                codes.history.NOTHING_RELEASED_THEN,
                f"nothing was released {day} of {', '.join(missing)}: the report cannot be made",
            )
        self.store, self.on = store, on
        self.releases: dict[str, KnownRelease] = {
            name: release for name, release in releases.items() if release is not None
        }

    @property
    def synthetic(self) -> bool:
        """Whether any release that is read is synthetic: the mark follows to the report."""
        return any(release.synthetic for release in self.releases.values())

    @property
    def moment(self) -> dt.datetime:
        """When the newest of the releases was published (UTC, whole seconds): a report is named after it."""
        newest = max(release.published_at for release in self.releases.values())
        return dt.datetime.fromisoformat(newest).replace(microsecond=0)

    @property
    def day(self) -> dt.date:
        """The day as of which the report is made: the one asked for, else that of the newest publication."""
        return self.on or self.moment.astimezone(HONG_KONG).date()

    def key(self, **more: Any) -> str:
        """SHA-256 of what the report rests on: releases, and what else the caller names."""
        return content_key(
            {
                "releases": [
                    [release.dataset, release.version, release.manifest_sha256]
                    for release in self.releases.values()
                ],
                **more,
            }
        )

    def has(self, dataset: str) -> bool:
        """Whether an optional dataset was released by then."""
        return dataset in self.releases

    def table(self, dataset: str) -> list[dict[str, Any]]:
        """All rows of a dataset, in the order of the release."""
        return self.rows(f"from {identifier(table_name(dataset))}")

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """The rows of an SQL query over the releases, each dataset by its table name (`head_135_provision`)."""
        with connect() as con:
            for dataset, release in self.releases.items():
                con.execute(
                    f"create temp view {identifier(table_name(dataset))} as from {scan(_parquet(release))}"
                )
            answer = con.execute(sql)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, values, strict=True)) for values in answer.fetchall()]

    def labels(self, dataset: str, field: str) -> dict[str, Text]:
        """What the codes of a field mean, in the order of their list; nothing of releases from before labels."""
        path = self.releases[dataset].folder / "dictionary.json"
        fields = json.loads(path.read_bytes())["fields"] if path.is_file() else []
        codes = [
            code
            for field_facts in fields
            if field_facts["name"] == field
            for code in field_facts.get("codes", [])
        ]
        return {
            code["code"]: Text.model_validate({name: code["label"][name] for name in LANGUAGES})
            for code in codes
        }

    def notes(self, dataset: str, section: str) -> list[Text]:
        """The sentences of a section of the release's note on methodology, such as `disclosure`."""
        path = self.releases[dataset].folder / "notes.json"
        sections = json.loads(path.read_bytes())["sections"] if path.is_file() else []
        texts = [text for entry in sections if entry["id"] == section for text in entry["text"]]
        return [Text.model_validate({name: text[name] for name in LANGUAGES}) for text in texts]


def _parquet(release: KnownRelease) -> Path:
    path = release.folder / f"{release.dataset}.parquet"
    if not path.is_file():
        raise ReportError(
            codes.report.PARQUET_MISSING,
            f"{release.dataset}: {release.version} has no Parquet file; a report reads that: "
            "put parquet into the contract's release.formats",
        )
    return path

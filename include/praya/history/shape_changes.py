"""What changed in the shape of a dataset: columns, types, codes, key, formats; and what that asks of readers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from praya.contract.output_spec import COMPRESSED
from praya.contract.standard_spec import standard_specs
from praya.history.number import strictest
from praya.store.documents import DictionaryField, ShapeChange

# What each kind of difference is to a reader. Data alone is a patch.
LEVEL = {
    "column removed": "major",
    "column retyped": "major",
    "columns reordered": "major",
    "key changed": "major",
    "code removed": "major",
    "code list removed": "major",
    "format removed": "major",
    "column added": "minor",
    "code added": "minor",
    "code list added": "minor",
    "format added": "minor",
}


class Difference(NamedTuple):
    """One difference: its kind (of `LEVEL`), the column or format that it is about, and the values before and after."""

    kind: str
    what: str
    before: Any = None
    after: Any = None

    def as_dict(self) -> ShapeChange:
        """The difference as JSON values; what is None is left out."""
        described: ShapeChange = {"level": LEVEL[self.kind], "kind": self.kind, "what": self.what}
        if self.before is not None:
            described["before"] = self.before
        if self.after is not None:
            described["after"] = self.after
        return described


class Published(NamedTuple):
    """The shape of one release: its fields as the dictionary has them, primary key and data formats."""

    fields: Sequence[DictionaryField]
    primary_key: Sequence[str]
    formats: Sequence[str]


def read(folder: Path, dataset: str) -> Published:
    """The shape of the release in `folder`, from its dictionary and the files that are there."""
    dictionary = json.loads((folder / "dictionary.json").read_text("utf-8"))
    # `<dataset>.csv`, `<dataset>-2023.csv`, `<dataset>-en.ics`; whether a file is gzipped too hangs on its size.
    data = (path.name for end in ".-" for path in folder.glob(f"{dataset}{end}*"))
    endings = (COMPRESSED, *(spec.ending for spec in standard_specs().values() if spec.ending))
    formats = {name.removeprefix(dataset).partition(".")[2] for name in data if not name.endswith(endings)}
    return Published(dictionary["fields"], dictionary["primary_key"], sorted(formats))


def compare(before: Published, after: Published) -> list[Difference]:
    """What is another in `after`; the order is that of columns, so that the same two give the same list."""
    old = {field["name"]: field for field in before.fields}
    new = {field["name"]: field for field in after.fields}
    differences = [Difference("column removed", name) for name in old if name not in new]
    differences += [
        Difference("column added", name, after=_type(new[name])) for name in new if name not in old
    ]
    for name in old:
        if name in new:
            differences += _of_column(name, old[name], new[name])
    kept_before, kept_after = (
        [name for name in names if name in other] for names, other in ((old, new), (new, old))
    )
    if kept_before != kept_after:
        differences.append(Difference("columns reordered", ", ".join(kept_after), kept_before, kept_after))
    if list(before.primary_key) != list(after.primary_key):
        differences.append(
            Difference(
                "key changed", ", ".join(after.primary_key), list(before.primary_key), list(after.primary_key)
            )
        )
    differences += [
        Difference("format removed", name) for name in before.formats if name not in after.formats
    ]
    differences += [Difference("format added", name) for name in after.formats if name not in before.formats]
    return differences


def level_of(differences: Iterable[Difference]) -> str:
    """What these differences together ask of readers."""
    return strictest(LEVEL[difference.kind] for difference in differences)


def _of_column(name: str, old: DictionaryField, new: DictionaryField) -> Iterator[Difference]:
    if _type(old) != _type(new):
        yield Difference("column retyped", name, _type(old), _type(new))
    before, after = (_codes(column) for column in (old, new))
    if before is None and after is not None:
        yield Difference("code list added", name, after=after)
    elif before is not None and after is None:
        yield Difference("code list removed", name, before=before)
    elif before is not None and after is not None:
        yield from (Difference("code removed", name, before=code) for code in before if code not in after)
        yield from (Difference("code added", name, after=code) for code in after if code not in before)


def _codes(field: DictionaryField) -> list[str | int | float] | None:
    constraints = field.get("constraints")
    return constraints.get("enum") if constraints else None


def _type(field: DictionaryField) -> str:
    """Type, decimals and unit in words: a figure in another unit is another figure."""
    decimals = f", {field['decimals']} decimals" if "decimals" in field else ""
    unit = f", in {field['unit']}" if field.get("unit") else ""
    return f"{field['type']}{decimals}{unit}"

"""The data structure of the released SDMX-CSV as SDMX-JSON 2.0: concepts in three languages, code lists, and which
field is which. Source: https://github.com/sdmx-twg/sdmx-json/tree/master/structure-message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from praya.contract import Contract, Text
from praya.contract.labels import without_labels
from praya.contract.sdmx import VERSION, Component, code_id, components, identifier_of
from praya.metadata.described_release import DescribedRelease
from praya.metadata.json_bytes import as_json
from praya.metadata.metadata_standard import MetadataStandard
from praya.metadata.release_facts import Facts, Texts, in_languages

# Readers tell by this address what the file is.
SCHEMA = (
    "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/develop/structure-message/tools/schemas/2.0.0/"
    "sdmx-json-structure-schema.json"
)
MODEL = "urn:sdmx:org.sdmx.infomodel"
DATA_TYPES = {
    "string": "String",
    "integer": "Long",
    "number": "Double",
    "boolean": "Boolean",
    "date": "GregorianDay",
    "datetime": "DateTime",
    "time": "Time",
    "year": "GregorianYear",
    "yearmonth": "GregorianYearMonth",
}
# Codes of SDMX's own lists, CL_OBS_STATUS and CL_CONF_STATUS, in words.
STATUSES = {
    "A": Text(en="Normal value", zh_hant="正常值"),
    "E": Text(en="Estimated value", zh_hant="估計值"),
    "F": Text(en="Forecast value", zh_hant="預測值"),
    "P": Text(en="Provisional value", zh_hant="臨時數字"),
    "M": Text(en="Missing value", zh_hant="缺失值"),
}
CONFIDENTIALITY = {
    "F": Text(en="Free (free for publication)", zh_hant="可自由發布"),
    "C": Text(en="Confidential statistical information", zh_hant="機密統計資料"),
    "N": Text(en="Not for publication, restricted for internal use only", zh_hant="不予發布，只供內部使用"),
}


def describe_structure(release: DescribedRelease) -> dict[str, Any]:
    """A code list for each field with an `enum`, one concept a field, the structure."""
    contract, facts = release.contract, release.facts
    columns = components(contract.primary_key, without_labels(release.fields))
    coded = [column for column in columns if _is_coded(column)]
    return {
        "meta": {
            "schema": SCHEMA,
            "id": f"{identifier_of(facts.dataset)}_{facts.version}",
            "test": facts.synthetic,
            "prepared": facts.issued,
            "sender": {"id": identifier_of(facts.provider), **_named(facts.publisher)},
        },
        "data": {
            **({"codelists": [_code_list(contract, column) for column in coded]} if coded else {}),
            "conceptSchemes": [_concepts(contract, facts, columns)],
            "dataStructures": [_structure(contract, facts, columns)],
        },
    }


def _code_list(contract: Contract, column: Component) -> dict[str, Any]:
    codes = [str(code) for code in column.field.constraints.enum or []]
    labels = column.field.codes.labels if column.field.codes else {}
    return {
        **_maintained(contract, _list_id(contract, column)),
        **_named(in_languages(column.field.title.as_dict())),
        "codes": [
            {"id": code_id(code), **_named(_in_words(column.id, code, labels)), **_as_written(code)}
            for code in codes
        ],
    }


def _as_written(code: str) -> dict[str, Any]:
    """The code as the other formats write it, where SDMX cannot."""
    return {} if code == code_id(code) else {"annotations": [{"id": "CODE", "title": code}]}


def _in_words(component: str, code: str, labels: Mapping[str, Text]) -> Texts:
    """What the code means, where SDMX or its code list says so; else the code as the other formats write it."""
    known = {"OBS_STATUS": STATUSES, "CONF_STATUS": CONFIDENTIALITY}.get(component, labels)
    return in_languages((known.get(code) or Text(en=code, zh_hant=code, zh_hans=code)).as_dict())


def _concepts(contract: Contract, facts: Facts, columns: Sequence[Component]) -> dict[str, Any]:
    concepts = []
    for column in columns:
        concept: dict[str, Any] = {"id": column.id, **_named(in_languages(column.field.title.as_dict()))}
        if column.field.description:
            concept |= _named(in_languages(column.field.description.as_dict()), "description")
        concepts.append(concept)
    return {**_maintained(contract, _scheme_id(contract)), **_named(facts.title), "concepts": concepts}


def _structure(contract: Contract, facts: Facts, columns: Sequence[Component]) -> dict[str, Any]:
    of = {
        role: [column for column in columns if column.role == role]
        for role in ("dimension", "time", "measure", "attribute")
    }
    (time,), (measure,) = of["time"], of["measure"]
    parts: dict[str, Any] = {
        "dimensionList": {
            "id": "DimensionDescriptor",
            "dimensions": [
                {**_component(contract, column), "position": position}
                for position, column in enumerate(of["dimension"])
            ],
            "timeDimension": {
                **_component(contract, time),
                "localRepresentation": {"format": {"dataType": "ObservationalTimePeriod"}},
            },
        },
        "measureList": {
            "id": "MeasureDescriptor",
            "measures": [{**_component(contract, measure), "usage": _usage(measure)}],
        },
    }
    if of["attribute"]:
        attributes = [
            {
                **_component(contract, column),
                "usage": _usage(column),
                "attributeRelationship": {"observation": {}},
            }
            for column in of["attribute"]
        ]
        parts["attributeList"] = {"id": "AttributeDescriptor", "attributes": attributes}
    return {
        **_maintained(contract, identifier_of(contract.dataset)),
        **_named(facts.title),
        **_named(facts.description, "description"),
        "dataStructureComponents": parts,
    }


def _component(contract: Contract, column: Component) -> dict[str, Any]:
    scheme = f"{identifier_of(contract.provider)}:{_scheme_id(contract)}({VERSION})"
    return {
        "id": column.id,
        "conceptIdentity": f"{MODEL}.conceptscheme.Concept={scheme}.{column.id}",
        "localRepresentation": _representation(contract, column),
    }


def _representation(contract: Contract, column: Component) -> dict[str, Any]:
    field = column.field
    if _is_coded(column):
        listed = f"{identifier_of(contract.provider)}:{_list_id(contract, column)}({VERSION})"
        return {"enumeration": f"{MODEL}.codelist.Codelist={listed}"}
    form: dict[str, Any] = {"dataType": DATA_TYPES[field.type]}
    if field.decimals is not None:
        form = {"dataType": "Decimal", "decimals": field.decimals} if field.decimals else {"dataType": "Long"}
    if field.type == "string" and field.constraints.max_length:
        form["maxLength"] = field.constraints.max_length
    return {"format": form}


def _is_coded(column: Component) -> bool:
    return column.role in ("dimension", "attribute") and column.field.constraints.enum is not None


def _usage(column: Component) -> str:
    return "mandatory" if column.field.constraints.required else "optional"


def _maintained(contract: Contract, name: str) -> dict[str, Any]:
    return {"id": name, "agencyID": identifier_of(contract.provider), "version": VERSION}


def _list_id(contract: Contract, column: Component) -> str:
    return f"CL_{identifier_of(contract.dataset)}_{column.id}"


def _scheme_id(contract: Contract) -> str:
    return f"CS_{identifier_of(contract.dataset)}"


def _named(text: Texts, what: str = "name") -> dict[str, Any]:
    """A text as SDMX-JSON has it: once as it is, once by language."""
    return {what: text["en"], f"{what}s": text}


def has_sdmx_csv(release: DescribedRelease) -> bool:
    return any(file.is_of("sdmx-csv") for file in release.facts.data)


def write(release: DescribedRelease) -> bytes:
    return as_json(describe_structure(release))


SDMX_STRUCTURE = MetadataStandard(
    name="sdmx-structure",
    label="SDMX-JSON",
    description=Text(
        en="the data structure of the SDMX-CSV with its code lists: SDMX-JSON 2.0",
        zh_hant="SDMX-CSV的數據結構及代碼表：SDMX-JSON 2.0",
    ),
    file="sdmx-structure.json",
    media_type="application/vnd.sdmx.structure+json; version=2.0.0",
    write=write,
    applies=has_sdmx_csv,
    condition=Text(en="the format sdmx-csv", zh_hant="設有sdmx-csv格式"),
)

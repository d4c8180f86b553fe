"""Files that break rules: for every rule one of a kind of file, and many at once in a contract of the project."""

from __future__ import annotations

from typing import Any, NamedTuple

from made import contract_dict, field, text
from praya.contract.base import Keys, Model, Rule
from praya.contract.code_list import CodeList
from praya.contract.model import Contract
from praya.contract.policy import Policy
from praya.contract.register import Programme
from praya.contract.revisions import Revisions
from praya.contract.rules import (
    cell_keys_rules,
    code_list_rules,
    collected_rules,
    counts_rules,
    derived_rules,
    guards_rules,
    keys_rules,
    names_rules,
    notes_rules,
    personal_rules,
    policy_rules,
    register_rules,
    released_rules,
    remarks_rules,
    revisions_rules,
    sdmx_rules,
    source_rules,
)
from praya.contract.rules import field_rules as fields
from praya.contract.rules import release_rules as releases
from praya.pipeline.collect.collectors import paged_http_collector
from praya.pipeline.stage.input_formats import csv_input_format, json_input_format

NEEDED = {"required": True}
ID = field("id", "integer", constraints=NEEDED)
WHY = "Why this is right, in a sentence."
COUNTED = {"class": "aggregated counts", "counts": ["n"], "reason": WHY}
RECORDS = {"class": "personal records", "reason": WHY}
KEPT = {"raw_days": 30, "ground": "They are needed no longer than that."}
WAIVER = {"expectation": "suite:a", "until": "2027-01-01", "reason": WHY, "by": "Head of Data"}
N, SHARE = field("n", "integer"), field("share", "number")
MEAN = {"field": "share", "count": "n"}


class Case(NamedTuple):
    """A file that breaks a rule, and the key at which that is said."""

    rule: Rule
    key: str
    data: dict[str, Any]
    model: type[Model] = Contract


def field_case(rule: Rule, key: str, kind: str, **more: Any) -> Case:
    return Case(rule, f"schema.fields[1].{key}", contract_dict(ID, field("v", kind, **more)))


def released_as(**section: Any) -> dict[str, Any]:
    return contract_dict(ID, field("v"), release=section)


def from_source(**section: Any) -> dict[str, Any]:
    return contract_dict(source=section)


def from_register(**section: Any) -> dict[str, Any]:
    return from_source(url=None, register="metrics", **{"format": "json"} | section)


def counted(*more: dict[str, Any], **section: Any) -> dict[str, Any]:
    return contract_dict(field("place"), N, *more, disclosure=COUNTED | section)


def guarded(**section: Any) -> dict[str, Any]:
    return contract_dict(quality={"guards": {"reason": WHY} | section})


def in_list(*codes: dict[str, Any]) -> dict[str, Any]:
    about = {"list": "colours", "title": text("Colours"), "source": {"document": "d", "place": "p"}}
    return about | {"codes": [{"code": "r", "label": text("Red")}, *codes]}


def metric(target: dict[str, Any], **more: Any) -> dict[str, Any]:
    one = {"id": "m", "title": text("M"), "definition": text("M"), "unit": "calls", "computed": text("C")}
    one |= {"direction": "more is better", "target": target} | more
    shared = {"policy_areas": [{"number": 1, "title": text("A")}], "office": text("O"), "documents": []}
    about = {"programme": "p", "order": 1, "title": text("P"), "frequency": "annual"}
    return about | shared | {"metrics": [one]}


GOAL = {"value": 1, "unit": "calls", "source_document": "d", "source_locator": "p"}
FIGURE = {"dataset": "sample", "key": {"id": 1}, "field": "v", "was": 1, "now": "1.0"}
REVISION = {"by": "Head of Data", "decided": "2026-01-01", "reason": text("Why"), "figures": [FIGURE]}
POLICY = {
    "methods": {"10-5 rule": {"threshold": 10}},
    "personal_data": {"allowed_rate": 0.001, "decimals": 3, "metres": 100},
    "roles": {"officer": []},
    "may_lower": {"class": "officer"},
}

CASES = [
    field_case(fields.check_decimals, "decimals", "integer", decimals=1),
    field_case(fields.check_format_of_type, "format", "string", format="%Y"),
    field_case(fields.check_number_signs, "groupChar", "number", groupChar="."),
    field_case(fields.check_constraints, "constraints.maximum", "string", constraints={"maximum": 1}),
    field_case(fields.check_personal, "personal", "integer", personal="drop"),
    field_case(fields.check_constraints, "constraints.minimum", "date", constraints={"minimum": 5}),
    field_case(fields.check_constraints, "constraints.maximum", "date", constraints={"maximum": 5}),
    field_case(
        fields.check_constraints, "constraints.enum[1]", "date", constraints={"enum": ["2024-01-05", "x"]}
    ),
    Case(keys_rules.check_names_differ, "schema.fields[1].name", contract_dict(ID, ID)),
    Case(
        keys_rules.check_primary_key,
        "schema.primaryKey[1]",
        contract_dict(schema={"primaryKey": ["id", "x"]}),
    ),
    Case(
        keys_rules.check_foreign_keys,
        "schema.foreignKeys[0].fields[0]",
        contract_dict(schema={"foreignKeys": [{"fields": ["x"], "reference": {"fields": ["id"]}}]}),
    ),
    Case(source_rules.check_own_place, "source.url", from_source(mart="m", format="parquet")),
    Case(source_rules.check_one_place, "source.parts", from_source(parts={"a": "https://example.gov.hk/a"})),
    Case(source_rules.check_connection, "source.path", from_source(url=None, path="/a.csv")),
    Case(source_rules.check_collector_keys, "source.months", from_source(months="/months")),
    Case(
        source_rules.check_collector_keys, "source.hosts", from_source(url="file:///a", hosts=["a.example"])
    ),
    Case(source_rules.check_own_place, "source.hosts", from_register(hosts=["a.example"])),
    Case(source_rules.check_own_place, "source.format", from_register(format="csv")),
    Case(source_rules.check_format_keys, "source.records", from_source(records="$.a")),
    Case(source_rules.check_format_keys, "source.surprise", from_source(surprise=1)),
    Case(source_rules.check_values_of_keys, "source.delimiter", from_source(delimiter=";;")),
    Case(csv_input_format.check, "source.delimiter", from_source(delimiter='"')),
    Case(csv_input_format.check, "source.encoding", from_source(encoding="klingon")),
    Case(json_input_format.check, "source.records", from_source(format="json", records="$.a[")),
    Case(json_input_format.check, "source.encoding", from_source(format="json", encoding="klingon")),
    Case(
        json_input_format.check,
        "schema.fields[1].source",
        contract_dict(ID, field("v", source="$.a["), source={"format": "json"}),
    ),
    Case(
        source_rules.check_names_of_parts,
        "source.parts.en",
        from_source(url=None, parts={"EN": "https://example.gov.hk/1", "en": "https://example.gov.hk/2"}),
    ),
    Case(releases.check_embargo, "release.embargo_until", released_as(embargo_until="2027-01-04T16:30:00")),
    Case(releases.check_weekday, "release.weekday", released_as(weekday="monday")),
    Case(releases.check_formats_differ, "release.formats[1]", released_as(formats=["csv", "csv"])),
    Case(releases.check_places, "release.formats[1]", released_as(formats=["csv", "geojson"])),
    Case(releases.check_days, "release.formats[1]", released_as(formats=["csv", "ics"])),
    Case(releases.check_files, "release.files", released_as(files="both")),
    Case(counts_rules.check_class, "disclosure.counts", contract_dict(ID, N, disclosure={"counts": ["n"]})),
    Case(
        counts_rules.check_public_contact,
        "disclosure.publicContact",
        contract_dict(disclosure={"publicContact": {"name": WHY}}),
    ),
    Case(
        counts_rules.check_contact_fields,
        "disclosure.publicContact.x",
        contract_dict(disclosure={"class": "public register", "publicContact": {"x": WHY}}),
    ),
    Case(counts_rules.check_counts_are_integers, "disclosure.counts[1]", counted(counts=["n", "place_2"])),
    Case(
        counts_rules.check_counts_are_no_key,
        "disclosure.counts[0]",
        contract_dict(N, disclosure=COUNTED),
    ),
    Case(counts_rules.check_other_numbers, "schema.fields[2].name", counted(SHARE)),
    Case(
        derived_rules.check_rest_on_counts,
        "disclosure.means[0].count",
        counted(SHARE, means=[{"field": "share", "count": "x"}]),
    ),
    Case(derived_rules.check_are_numbers, "disclosure.means[0].field", counted(means=[MEAN])),
    Case(derived_rules.check_sums, "disclosure.means[0].sum", counted(SHARE, means=[MEAN | {"sum": "n"}])),
    Case(
        derived_rules.check_bands,
        "disclosure.means[0].bands[0].count",
        counted(SHARE, means=[MEAN | {"bands": [{"count": "x", "least": 0, "greatest": 1}]}]),
    ),
    Case(derived_rules.check_follows, "disclosure.follows.met", counted(field("met"), follows={"met": "n"})),
    Case(
        derived_rules.check_means_are_rounded,
        "schema.fields[2]",
        counted(SHARE, means=[MEAN], method="cell-key perturbation"),
    ),
    Case(cell_keys_rules.check_are_integers, "disclosure.cell_keys.n", counted(cell_keys={"n": "place"})),
    Case(
        cell_keys_rules.check_go_with_counts,
        "disclosure.cell_keys.m",
        counted(field("k", "integer"), cell_keys={"m": "k"}),
    ),
    Case(
        cell_keys_rules.check_every_count_has_one,
        "disclosure.counts[0]",
        counted(method="cell-key perturbation"),
    ),
    Case(
        remarks_rules.check_code_has_field,
        "notes[0].code",
        contract_dict(notes=[{"text": text("x"), "code": "a"}]),
    ),
    Case(remarks_rules.check_one_way, "coverage.from", contract_dict(coverage={"from": "2024-01-01"})),
    Case(
        remarks_rules.check_days_in_order,
        "coverage.from",
        contract_dict(coverage={"from": "2024-01-02", "to": "2024-01-01"}),
    ),
    Case(
        notes_rules.check_note_fields,
        "notes[0].field",
        contract_dict(notes=[{"text": text("x"), "field": "x"}]),
    ),
    Case(
        notes_rules.check_note_codes,
        "notes[0].code",
        contract_dict(
            ID,
            field("v", constraints={"enum": ["a"]}),
            notes=[{"text": text("x"), "field": "v", "code": "z"}],
        ),
    ),
    Case(notes_rules.check_coverage_field, "coverage.field", contract_dict(coverage={"field": "id"})),
    Case(guards_rules.check_says_something, "quality.guards.columns.name", guarded(columns={"name": {}})),
    Case(guards_rules.check_reason, "quality.guards.reason", guarded()),
    Case(guards_rules.check_columns, "quality.guards.columns.id", guarded(columns={"id": {"missing": 0.5}})),
    Case(
        guards_rules.check_limits,
        "quality.guards.columns.name.values",
        guarded(columns={"name": {"values": 5}}),
    ),
    Case(guards_rules.check_limits, "quality.guards.values", guarded(values=5)),
    Case(
        guards_rules.check_limits,
        "quality.guards.keys",
        contract_dict(field("day", "date"), quality={"guards": {"keys": 0.5, "reason": WHY}}),
    ),
    Case(names_rules.check_id, "dataset", contract_dict(title=text("x"), dataset="notes")),
    Case(names_rules.check_aliases, "aliases[0]", contract_dict(aliases=["keys"])),
    Case(
        names_rules.check_record_key_is_no_field,
        "schema.fields[1].name",
        contract_dict(
            field("id", constraints=NEEDED),
            field("record_key", "integer"),
            disclosure=RECORDS | {"record_key": "id"},
            retention=KEPT,
        ),
    ),
    Case(names_rules.check_status_columns, "schema.fields[2].name", counted(field("n_conf_status"))),
    Case(
        names_rules.check_mark, "schema.fields[1].name", contract_dict(ID, field("synthetic"), synthetic=True)
    ),
    Case(personal_rules.check_retention, "retention", contract_dict(retention=KEPT)),
    field_case(personal_rules.check_fields, "personal", "string", personal="drop"),
    Case(
        personal_rules.check_key_is_kept,
        "schema.primaryKey[0]",
        contract_dict(field("id", personal="drop"), disclosure=RECORDS, retention=KEPT),
    ),
    Case(
        personal_rules.check_record_key,
        "disclosure.record_key",
        contract_dict(ID, disclosure=RECORDS | {"record_key": "id"}, retention=KEPT),
    ),
    field_case(collected_rules.check_parts, "part", "string", part="x"),
    Case(
        collected_rules.check_format,
        "schema.fields[1].source",
        contract_dict(ID, field("v", source="$..a"), source={"format": "json"}),
    ),
    Case(collected_rules.check_collectors, "source.pages", from_source(pages="cursor")),
    Case(paged_http_collector.check, "source.pages", from_source(pages="cursor")),
    Case(collected_rules.check_partition_field, "partition_field", contract_dict(partition_field="id")),
    Case(
        collected_rules.check_waivers_differ,
        "waivers[1].expectation",
        contract_dict(waivers=[WAIVER, WAIVER]),
    ),
    Case(
        released_rules.check_places,
        "release.places.latitude",
        released_as(formats=["geojson"], places={"latitude": "v", "longitude": "v"}),
    ),
    Case(
        released_rules.check_days,
        "release.days.summary.en",
        released_as(formats=["ics"], days={"date": "v", "summary": {"en": "v"}}),
    ),
    Case(released_rules.check_figures, "release.figures[0]", released_as(figures=["v"])),
    Case(released_rules.check_year_field, "release.year_field", released_as(files="both", year_field="x")),
    Case(
        released_rules.check_year_pattern,
        "release.year_field",
        contract_dict(ID, field("v", constraints=NEEDED), release={"files": "both", "year_field": "v"}),
    ),
    Case(sdmx_rules.check_structure, "release.formats[1]", released_as(formats=["csv", "sdmx-csv"])),
    Case(
        code_list_rules.check_codes_differ,
        "codes[1].code",
        in_list({"code": "r", "label": text("R")}),
        CodeList,
    ),
    Case(
        code_list_rules.check_former_codes_differ,
        "codes[2].formerly",
        in_list(*({"code": code, "label": text("R"), "formerly": "x"} for code in "ab")),
        CodeList,
    ),
    Case(
        code_list_rules.check_labels,
        "codes[1].label.zh-Hant",
        in_list({"code": "a", "label": {"en": "A", "zh-Hant": "＝甲"}}),
        CodeList,
    ),
    Case(
        code_list_rules.check_notation,
        "codes[1].notation",
        in_list({"code": "a", "label": text("A"), "notation": "1"}),
        CodeList,
    ),
    Case(
        code_list_rules.check_codes_of_today,
        "codes[1].today",
        in_list({"code": "a", "label": text("A"), "today": "x"}),
        CodeList,
    ),
    Case(policy_rules.check_roles_are_held, "may_lower.class", POLICY, Policy),
    Case(register_rules.check_either, "metrics[0].target", metric({}), Programme),
    Case(register_rules.check_sourced, "metrics[0].target.value", metric({"value": 1}), Programme),
    Case(
        register_rules.check_due,
        "metrics[0].target.due",
        metric({"none_because": text("No"), "due": {"period": "2026", "kind": "as at"}}),
        Programme,
    ),
    Case(
        register_rules.check_direction, "metrics[0].direction", metric(GOAL, direction="neither"), Programme
    ),
    Case(register_rules.check_unit, "metrics[0].target.unit", metric(GOAL | {"unit": "%"}), Programme),
    Case(revisions_rules.check_changes, "revisions[0].figures[0].now", {"revisions": [REVISION]}, Revisions),
]

# Rules of what the reader puts into a contract, and of codes that it names: no file can break them but by a code list.
NOT_IN_A_FILE = {fields.check_codes, names_rules.check_label_columns}

# Keys of `public-holidays` and values that break one rule each, with the key at which that is said where it is another.
MUTATIONS: dict[str, tuple[Keys, Any]] = {
    "category": (("category",), "weather"),
    "contact.email": (("contact", "email"), "nobody"),
    "fresh_within_days": (("fresh_within_days",), -1),
    "surprise": (("surprise",), 1),
    "provider": (("provider",), "hk-other"),
    "schema.fields[5].title.zh-Hant": (("schema", "fields", 5, "title"), {"en": "Identifier"}),
    "schema.fields[0].decimals": (("schema", "fields", 0, "decimals"), 2),
    "schema.fields[1].format": (("schema", "fields", 1, "format"), "%Q"),
    "schema.fields[2].constraints.minimum": (("schema", "fields", 2, "constraints", "minimum"), 5),
    "schema.fields[3].groupChar": (("schema", "fields", 3, "groupChar"), "."),
    "schema.fields[4].part": (("schema", "fields", 4, "part"), "nowhere"),
    "notes[0].field": (("notes", 0, "field"), "nowhere"),
    "coverage.field": (("coverage", "field"), "nowhere"),
    "source.records": (("source", "records"), "$.a["),
    "source.delimiter": (("source", "delimiter"), '"'),
    "source.months": (("source", "months"), "/months"),
    "release.weekday": (("release", "weekday"), "monday"),
    "release.embargo_until": (("release", "embargo_until"), "2027-01-04T16:30:00"),
    "release.formats[1]": (("release", "formats", 1), "csv"),
    "release.year_field": (("release", "year_field"), "date"),
    "release.days.until": (("release", "days", "until"), "name_en"),
    "disclosure.publicContact": (("disclosure", "publicContact"), {"name_en": WHY}),
    "disclosure.allowed_rate": (("disclosure", "allowed_rate"), 0.5),
    "retention": (("retention",), KEPT),
    "quality.guards.values": (("quality", "guards", "values"), 5),
    "waivers[1].expectation": (("waivers",), [WAIVER, WAIVER]),
    "partition_field": (("partition_field",), "date"),
    "aliases[0]": (("aliases",), ["keys"]),
}

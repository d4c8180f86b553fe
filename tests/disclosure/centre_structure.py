"""What a contract could say of the structure of the 1823 tables, for the protector."""

from __future__ import annotations

from typing import Any

from praya.protect.structure import Structure

TYPES = {
    "enquiry": "enquiries",
    "service-request-or-complaint": "service_requests_or_complaints",
    "suggestion": "suggestions",
    "compliment": "compliments",
}
CASES = ["cases", *TYPES.values()]
AGES = ["open_under_7_days", "open_7_to_13_days", "open_14_days_or_more"]
PERIOD = ["period", "period_kind"]
PERIODS = {"field": "period", "beside": ["period_kind"]}
BY_TYPE = {"total": "cases", "parts": [*TYPES.values()]}


def _to_volumes(table: str, at: dict[str, str]) -> list[dict[str, Any]]:
    """The totals of the table are those of the contact volumes."""
    return [
        {
            "terms": [{"table": table, "column": column, "at": at}],
            "equals": {"table": "contact_volumes", "column": column, "at": {"channel": "all"}},
        }
        for column in CASES
    ]


def _same(
    table: str, column: str, at: dict[str, str], other: str, equal: str, there: dict[str, str]
) -> dict[str, Any]:
    return {
        "terms": [{"table": table, "column": column, "at": at}],
        "equals": {"table": other, "column": equal, "at": there},
    }


STRUCTURES = {
    name: Structure.model_validate(declared)
    for name, declared in {
        "contact_volumes": {
            "keys": [*PERIOD, "channel"],
            "counts": ["contacts", *CASES],
            "present": "contacts",
            "dimensions": [
                {
                    "field": "channel",
                    "total": "all",
                    "parents": dict.fromkeys(
                        ["email", "web-form", "mobile-app", "chatbot", "fax-post"], "written"
                    ),
                }
            ],
            "periods": PERIODS,
            "columns": [BY_TYPE],
            "links": [
                _same(
                    "contact_volumes", "contacts", {"channel": channel}, "contact_volumes", "cases", {"channel": channel}  # noqa: E501
                )
                for channel in ("email", "web-form", "mobile-app", "chatbot", "fax-post", "written")
            ],
        },
        "service_levels": {
            "keys": [*PERIOD, "language"],
            "counts": [
                "calls", "answered", "abandoned", "answered_within_12s", "phone_enquiries", "resolved_at_first_call",
                "assigned_cases", "assigned_within_3h", "several_departments",
            ],
            "dimensions": [{"field": "language", "total": "all"}],
            "periods": PERIODS,
            "columns": [{"total": "calls", "parts": ["answered", "abandoned"]}],
            "inside": [
                {"part": "answered_within_12s", "whole": "answered", "rest": "answered_late", "guarded": True},
                {
                    "part": "resolved_at_first_call", "whole": "phone_enquiries", "rest": "resolved_later",
                    "guarded": True,
                },
                {"part": "assigned_within_3h", "whole": "assigned_cases", "rest": "assigned_late", "guarded": True},
                {"part": "several_departments", "whole": "assigned_cases", "rest": "one_department", "guarded": True},
            ],
            "links": [
                _same("service_levels", "calls", {"language": "all"}, "contact_volumes", "contacts", {"channel": "phone"}),  # noqa: E501
                _same(
                    "service_levels", "phone_enquiries", {"language": "all"}, "contact_volumes", "enquiries",
                    {"channel": "phone"},
                ),
                *(
                    _same(
                        "service_levels", column, {"language": "all"}, "cases_by_department", equal,
                        {"case_type": "all", "department": "any"},
                    )
                    for column, equal in (
                        ("assigned_cases", "cases"),
                        ("assigned_within_3h", "within_3h"),
                        ("several_departments", "shared"),
                    )
                ),
            ],
        },
        "cases_by_department": {
            "keys": [*PERIOD, "case_type", "department"],
            "counts": ["cases", "within_3h", "shared", "open_at_month_end", *AGES],
            "present": "cases",
            "dimensions": [
                {"field": "case_type", "total": "all"},
                {"field": "department", "total": "any", "leave_out": ["none"], "of": ["of_one_department"]},
            ],
            "overlaps": [
                {
                    "field": "department", "whole": "any", "leave_out": ["none"],
                    "of": ["cases", "within_3h", "open_at_month_end", *AGES],
                },
                {"field": "department", "whole": "any", "leave_out": ["none"], "of": ["shared"], "times": 2},
            ],
            "periods": {**PERIODS, "of": ["cases", "within_3h", "shared"]},
            "columns": [{"total": "open_at_month_end", "parts": AGES}],
            "inside": [
                {"part": "within_3h", "whole": "cases", "rest": "late", "guarded": True},
                {"part": "shared", "whole": "cases", "rest": "of_one_department"},
                {"part": "open_at_month_end", "whole": "cases", "rest": "not_open"},
            ],
            "links": [
                {
                    "terms": [
                        {
                            "table": "cases_by_department", "column": "cases",
                            "at": {"case_type": case_type, "department": department},
                        }
                        for department in ("any", "none")
                    ],
                    "equals": {"table": "contact_volumes", "column": column, "at": {"channel": "all"}},
                }
                for case_type, column in {"all": "cases", **TYPES}.items()
            ],
        },
        "cases_by_subject": {
            "keys": [*PERIOD, "subject_group", "subject"],
            "counts": CASES,
            "present": "cases",
            "dimensions": [{"field": "subject", "total": "all"}, {"field": "subject_group", "total": "all"}],
            "periods": PERIODS,
            "columns": [BY_TYPE],
            "links": _to_volumes("cases_by_subject", {"subject_group": "all", "subject": "all"}),
        },
        "cases_by_district": {
            "keys": [*PERIOD, "district"],
            "counts": CASES,
            "present": "cases",
            "dimensions": [{"field": "district", "total": "all"}],
            "periods": PERIODS,
            "columns": [BY_TYPE],
            "links": _to_volumes("cases_by_district", {"district": "all"}),
        },
        "satisfaction": {
            "keys": [*PERIOD, "channel"],
            "counts": ["surveys", "satisfied"],
            "present": "surveys",
            "dimensions": [{"field": "channel", "total": "all"}],
            "periods": PERIODS,
            "inside": [{"part": "satisfied", "whole": "surveys", "rest": "not_satisfied", "guarded": True}],
        },
    }.items()
}  # fmt: skip

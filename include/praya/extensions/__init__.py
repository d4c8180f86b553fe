"""What is added by one file: formats, standards, rules, reports and more, found by entry points alone."""

from praya.extensions.discovery import (
    API_ROUTES,
    COLLECTORS,
    COMMAND_GROUPS,
    DISCLOSURE_METHODS,
    INPUT_FORMATS,
    METADATA_STANDARDS,
    OUTPUT_FORMATS,
    RECOGNISERS,
    REPORTS,
    RULE_KINDS,
    call_later,
    discover_specs,
)

__all__ = [
    "API_ROUTES",
    "COLLECTORS",
    "COMMAND_GROUPS",
    "DISCLOSURE_METHODS",
    "INPUT_FORMATS",
    "METADATA_STANDARDS",
    "OUTPUT_FORMATS",
    "RECOGNISERS",
    "REPORTS",
    "RULE_KINDS",
    "call_later",
    "discover_specs",
]

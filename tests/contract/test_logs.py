"""Logs: fields on every event, as text and as JSON, and nothing in them that must not be shown."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from praya.observe import LogFormat, bind_log_fields, get_logger, write_logs

FIELDS = {"dataset": "sample", "run": "manual__2026-11-22", "partition": "2023-01", "step": "stage"}
SECRET = "hT7kQ29xVb3LmN8pR5sW1yZc"


def written(log: Callable[[], object], form: LogFormat = LogFormat.JSON, **options: Any) -> list[str]:
    lines: list[str] = []
    with write_logs(lines.append, form, **options):
        log()
    return lines


def events(log: Callable[[], object], **options: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written(log, **options)]


def test_events_carry_the_bound_fields_in_json() -> None:
    def log() -> None:
        with bind_log_fields(**FIELDS):
            get_logger("praya.observe").info("step ended", rows_in=3)
        get_logger("praya.observe").info("elsewhere")

    inside, outside = events(log)
    assert inside.items() >= {**FIELDS, "event": "step ended", "rows_in": 3, "level": "info"}.items()
    assert inside["logger"] == "praya.observe" and inside["timestamp"].endswith("Z")
    assert not FIELDS.keys() & outside.keys()


def test_events_carry_the_bound_fields_in_text() -> None:
    def log() -> None:
        with bind_log_fields(**FIELDS):
            get_logger("praya.observe").warning("rows quarantined", rows=2)

    (line,) = written(log, LogFormat.TEXT, zone=ZoneInfo("Asia/Hong_Kong"))
    for name, value in {**FIELDS, "rows": 2}.items():
        assert f"{name}={value}" in line
    assert "[warning" in line and "rows quarantined" in line and "\n" not in line and "\x1b" not in line


def test_inner_fields_add_to_the_outer_ones_and_go_with_their_block() -> None:
    log, seen = get_logger("praya.observe"), []

    def nested() -> None:
        with bind_log_fields(dataset="sample", run="r"):
            with bind_log_fields(step="collect", partition=None):
                log.info("inner")
            log.info("outer")

    seen = events(nested)
    assert [one.get("step") for one in seen] == ["collect", None]
    assert {one["dataset"] for one in seen} == {"sample"}


@pytest.mark.parametrize("form", LogFormat)
def test_no_secret_and_no_personal_value_is_written(form: LogFormat) -> None:
    values = {"url": f"https://user:{SECRET}@example.gov.hk/x?token={SECRET}", "cell": "A123456(7) 5123 4567"}

    def log() -> None:
        logger = get_logger("praya.observe")
        with bind_log_fields(dataset="sample", run=f"token={SECRET}"):
            logger.info(f"password={SECRET}", **values, several=[*values.values()])
            try:
                raise KeyError(f"PRAYA_KEY={SECRET} A123456(7)")
            except KeyError:
                logger.exception("failed")
            logging.getLogger("urllib3").warning("Retrying %s %s", *values.values())
            warnings.warn(f"PRAYA_KEY={SECRET} A123456(7)", stacklevel=1)

    lines = written(log, form)
    assert len(lines) == 4
    for part in (SECRET, "A123456", "5123 4567", "Traceback"):
        assert part not in "".join(lines)
    assert "KeyError" in lines[1]


def test_hidden_characters_are_escaped() -> None:
    def log() -> None:
        get_logger("praya.observe").info("a\x1b[31m", cell="\x1b[2J\u202e\n")

    (line,) = written(log, LogFormat.TEXT)
    assert "\x1b" not in line and "\u202e" not in line and "\n" not in line


def test_nothing_stays_set_up_and_levels_are_kept() -> None:
    before = [*logging.getLogger().handlers]
    seen = events(lambda: get_logger("praya.observe").info("quiet"), level="WARNING")
    assert seen == [] and logging.getLogger().handlers == before
    assert logging.getLogger("praya").level == logging.NOTSET

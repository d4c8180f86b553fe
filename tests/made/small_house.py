"""A small house: one source of figures, the mart of observations, the register; taken the whole way but for Great
Expectations, on days that a test chooses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

from made import project
from made.basics import accept_staged, field, make_contract
from praya.contract import Contract, load_contract
from praya.lineage import Marts
from praya.pipeline.collect import collect_source
from praya.pipeline.measure import compute_marts
from praya.pipeline.order import publish_release
from praya.pipeline.protect import protect_table
from praya.pipeline.stage import stage_table
from praya.site.views import present
from praya.store import Store

INCLUDE = Path(__file__).parents[2] / "include"
REGISTER = """programme: "1823"
order: 1
title: {en: "1823", zh-Hant: "1823"}
policy_areas: [{number: 27, title: {en: Services, zh-Hant: 服務}}]
office: {en: Efficiency Office, zh-Hant: 效率促進辦公室}
frequency: annual
documents: [estimates-2024-25-head-135]
metrics:
  - id: 1823-answered
    title: {en: Calls answered in time, zh-Hant: 準時接聽的來電}
    definition: {en: Share of calls., zh-Hant: 來電百分比。}
    unit: "%"
    direction: more is better
    target: {value: TARGET, unit: "%", source_document: estimates-2024-25-head-135, source_locator: Targets}
    computed: {en: As printed., zh-Hant: 按文件所載。}
  - id: 1823-provision
    title: {en: Provision, zh-Hant: 撥款}
    definition: {en: Money provided., zh-Hant: 所獲撥款。}
    unit: HKD million
    direction: neither
    target: {none_because: {en: Nothing is set., zh-Hant: 並無訂立。}}
    computed: {en: As printed., zh-Hant: 按文件所載。}
  - id: 1823-planned
    title: {en: Visits, zh-Hant: 參觀次數}
    definition: {en: Visits., zh-Hant: 參觀次數。}
    unit: sessions
    direction: neither
    frequency: as-needed
    target: {none_because: {en: Nothing is set., zh-Hant: 並無訂立。}}
    gap: {en: Nobody counted., zh-Hant: 沒有統計。}
    computed: {en: As printed., zh-Hant: 按文件所載。}
"""
UNITS = """units:
  "%": {en: "%", zh-Hant: "%"}
  HKD million: {en: HK$ million, zh-Hant: 百萬港元}
  sessions: {en: sessions, zh-Hant: 節}
"""
NOTE = {"en": "Told before the year.", "tc": "於年度開始前載述。", "sc": "于年度开始前载述。"}
SQL = f"""select metric, '1823' as programme, period, period_kind, stage, value, unit,
    case metric when '1823-planned' then 'more than' end as qualifier,
    case stage when 'actual' then 'A' when 'revised' then 'E' else 'F' end as obs_status, 'F' as conf_status,
    'estimates-2024-25-head-135' as source_document, 'Table' as source_locator,
    case stage when 'estimate' then '{NOTE["en"]}' end as note_en,
    case stage when 'estimate' then '{NOTE["tc"]}' end as note_tc,
    case stage when 'estimate' then '{NOTE["sc"]}' end as note_sc,
    case unit when 'HKD million' then 1 else 0 end as decimals
from figures"""
FIELDS = (
    field("metric"), field("period"), field("period_kind"), field("stage"), field("value", "number"), field("unit"),
)  # fmt: skip
HEAD = "metric,period,period_kind,stage,value,unit\n"
ROWS = (
    "1823-answered,2022,calendar year,actual,61,%\n"
    "1823-answered,2023,calendar year,actual,74,%\n"
    "1823-provision,2024-25,financial year,estimate,386.5,HKD million\n"
)


class House:
    """`on` takes everything the whole way on a day; what has not changed makes no new release."""

    def __init__(self, store: Store, folder: Path, clock: Callable[[str], None], monkeypatch: Any) -> None:
        self.store, self.folder, self.clock = store, folder, clock
        for name in ("metrics/register", "revisions"):
            (folder / name).mkdir(parents=True)
            monkeypatch.setenv(f"PRAYA_{name.split('/')[0].upper()}", str(folder / name.split("/")[0]))
        (folder / "metrics" / "programme_observations.sql").write_text(SQL)
        (folder / "metrics" / "units.yaml").write_text(UNITS)
        self.target = 80
        self.rows = ROWS
        self.figures = make_contract(
            *FIELDS,
            dataset="figures",
            source={"url": f"file://{folder}/figures.csv", "format": "csv"},
            schema={"primaryKey": ["metric", "period", "stage"]},
        )
        self.released = [_shipped("metrics-register"), _shipped("programme-observations")]

    def on(self, day: str, hour: int = 2) -> None:
        """One run of the steps at that hour (UTC) of the day."""
        self.clock(f"{day}T{hour:02}:00:00Z")
        (self.folder / "figures.csv").write_text(HEAD + self.rows)
        register = self.folder / "metrics" / "register" / "1823.yaml"
        register.write_text(REGISTER.replace("TARGET", str(self.target)))
        self._accepted(self.figures)
        marts = Marts(self.folder / "metrics", [self.figures, *self.released])
        compute_marts(self.store, *marts)
        for contract in self.released:
            self._accepted(contract)
            publish_release(protect_table(contract, self.store, marts), contract, self.store)
        present(self.store, dt.datetime.fromisoformat(f"{day}T{hour:02}:00:00+00:00"))

    def revise(self, was: str, now: str, metric: str = "1823-answered", period: str = "2023") -> None:
        """Put on record who changed a figure of `programme-observations`, when and why."""
        (self.folder / "revisions" / f"{metric}-{period}-{now}.yaml").write_text(
            "revisions:\n  - by: Head of 1823\n    decided: 2026-02-09\n"
            "    reason: {en: Counted twice., zh-Hant: 重複計算。}\n    figures:\n"
            f"      - {{dataset: programme-observations, key: {{metric: {metric}, period: '{period}', stage: actual}}, "
            f"field: value, was: {was}, now: {now}}}\n"
        )

    def _accepted(self, contract: Contract) -> None:
        collect_source(contract, self.store, {})
        accept_staged(self.store, contract, stage_table(contract, self.store))


def _shipped(dataset: str) -> Contract:
    """The contract as it is shipped, but for how many rows there must be and how many formats."""
    contract = load_contract(INCLUDE / "contracts" / "hk-dpo" / f"{dataset}.yaml", project())
    few = contract.quality.model_copy(update={"min_rows": 1})
    formats = contract.release.model_copy(update={"formats": ["csv", "parquet"]})
    return contract.model_copy(update={"quality": few, "release": formats})

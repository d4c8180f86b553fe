"""What of a contract its DAGs are built from: few values, so that a DAG file need not parse every contract."""

from __future__ import annotations

import zlib

import msgspec

from praya.contract import Contract
from praya.contract.source_specs import collector_with_key
from praya.store import table_name
from praya.text.outside import escape_markdown, quote
from praya_airflow.dag_names import list_warning_tags


class DagFacts(msgspec.Struct, frozen=True, kw_only=True):
    """One contract, as DAGs show and schedule it. `cron` is in Hong Kong time (None: no clock starts it), `mart` the
    mart that it publishes; `may_wait` says whether a run may wait for a release time. `references` are the datasets
    that its foreign keys lead to."""

    dataset: str
    provider: str
    owner: str
    title: str
    page: str
    tags: list[str]
    warnings: list[str]
    cron: str | None
    mart: str | None
    may_wait: bool
    is_released: bool
    has_months: bool
    references: list[str]


def read_facts(contract: Contract) -> DagFacts:
    """What a contract says to DAGs."""
    warnings = list_warning_tags(contract)
    shown = {contract.provider, contract.category, contract.frequency, *contract.tags, *warnings}
    named = [key.reference.resource for key in contract.schema_.foreign_keys]
    return DagFacts(
        dataset=contract.dataset,
        provider=contract.provider,
        owner=contract.owner,
        title=contract.title.en,
        page=_describe_contract(contract),
        tags=sorted(shown),
        warnings=warnings,
        cron=_find_cron(contract),
        mart=contract.source.mart,
        may_wait=_may_wait(contract),
        is_released=contract.released,
        has_months=bool(contract.partition),
        references=[name for name in named if name and name != contract.dataset],
    )


def _find_cron(contract: Contract) -> str | None:
    cron = contract.update.cron
    return cron.format(m=zlib.crc32(contract.dataset.encode()) % 60) if cron else None


def _may_wait(contract: Contract) -> bool:
    """Whether a run may have to wait for a release time: its own, its notice's, or that of what a mart is made from."""
    return contract.waits or contract.release.breaking is not None or contract.source.mart is not None


def _describe_contract(contract: Contract) -> str:
    source = contract.source
    if own := collector_with_key(source):
        value = quote(source.present_keys[own.key or ""], 120).replace("`", "'")
        where = f"{own.key} `{value}`"
    else:
        where = escape_markdown(source.url or source.path or list((source.parts or {}).values()))
    via = f" at connection {escape_markdown(source.connection)}" if source.connection else ""
    return (
        f"### {escape_markdown(contract.title.en)}\n{escape_markdown(contract.title.zh_hant)}\n\n"
        f"{escape_markdown(contract.description.en, 10_000)}\n\n"
        f"| | |\n|---|---|\n"
        f"| contract | `include/contracts/{contract.provider}/{contract.dataset}.yaml` |\n"
        f"| suite | `expectations/{contract.dataset}.json` |\n"
        f"| source | {where}{via} |\n"
        f"| table in SQL | `{table_name(contract.dataset)}` |\n"
        f"| disclosure | {contract.disclosure.class_}: {escape_markdown(contract.disclosure.reason)} |\n"
        f"| fresh within | {contract.freshness_days} days |\n"
        f"| synthetic | {'yes' if contract.synthetic else 'no'} |\n"
    )

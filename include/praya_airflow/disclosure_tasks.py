"""The tasks of disclosure control: methods side by side, and a second person's approval of what became weaker."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any

from airflow.sdk import get_current_context, task

from praya.errors import DisclosureError, PersonUnknown, codes
from praya.observe import get_logger
from praya.text.outside import escape_markdown, quote
from praya.text.person import parse_person
from praya_airflow.task_project import open_store, read_usable_contracts
from praya_airflow.task_wrapper import wrap_task

if TYPE_CHECKING:
    from praya.disclosure.protect.approval import Change

log = get_logger(__name__)


@task(task_id="compare")
@wrap_task
def compare_methods() -> dict[str, Any]:
    """Set the disclosure methods side by side for the dataset that the run names; its tab shows them."""
    from praya.disclosure.protect.utility import compare

    dataset = str(get_current_context()["params"]["dataset"])
    known = {contract.dataset: contract for contract in read_usable_contracts()}
    if dataset not in known:
        raise DisclosureError(
            codes.disclosure.NOTHING_TO_APPROVE,
            f"there is no dataset '{quote(dataset)}'; there are: {', '.join(sorted(known))}",
        )
    comparison = compare(known[dataset], open_store())
    log.info("methods are compared, and shown under the tab Disclosure", methods_of=dataset)
    return {"report": open_store().describe(comparison.report)}


@task(task_id="propose")
@wrap_task
def propose() -> dict[str, Any]:
    """What became weaker of the dataset, as the run's proposal for a second person to answer."""
    context = get_current_context()
    params, by = context["params"], context["dag_run"].triggering_user_name
    if not by:
        raise DisclosureError(
            codes.disclosure.PROPOSER_UNKNOWN,
            "nobody is known to have triggered this run; trigger it while logged in",
        )
    by = parse_person(by)
    changes = _list_changes(str(params["dataset"]))
    # The page of Required Actions shows Markdown: what was typed into the form is text there.
    listed = "".join(f"- **{change.dataset}**: {escape_markdown(change.summary)}\n" for change in changes)
    text = f"{escape_markdown(by)} proposes, for this reason: {escape_markdown(params['reason'])}\n\n{listed}"
    log.info(
        "approval proposed",
        proposed_by=by,
        why=params["reason"],
        changes=[f"{change.dataset}: {change.summary}" for change in changes],
    )
    return {"by": by, "text": text, "changes": {change.dataset: change.key for change in changes}}


@task(task_id="record")
@wrap_task
def record_approval() -> list[str]:
    """Put the answer into the ledger, where two persons agree on what stands today; gives the datasets."""
    from praya.disclosure.protect.approval import approve

    context = get_current_context()
    proposal = context["ti"].xcom_pull(task_ids="propose")
    answer = context["ti"].xcom_pull(task_ids="approve")
    how = {"by": "Airflow", "run": str(context["run_id"]), "answered_at": str(answer["responded_at"])}
    changes = _list_changes(str(context["params"]["dataset"]))
    if {change.dataset: change.key for change in changes} != proposal["changes"]:
        raise DisclosureError(
            codes.disclosure.CHANGED_SINCE_PROPOSED,
            "contracts or policy have changed since this was proposed, and what was approved is not what stands "
            f"today; trigger {context['dag'].dag_id} again",
        )
    people = {"proposed_by": proposal["by"], "approved_by": str(answer["responded_by_user"]["name"])}
    for change in changes:
        approve(change, open_store(), reason=str(context["params"]["reason"]), **people, **how)
    return [change.dataset for change in changes]


def answer_refusal(dataset: str, proposed_by: str, approved_by: str) -> str | None:
    """Why an approval by `approved_by` would not be put on record, or None where it would, or where what was proposed
    is no longer what stands: that is for `record_approval` to say."""
    try:
        changes = _list_changes(dataset)
    except DisclosureError:
        return None
    try:
        parse_person(approved_by)
    except PersonUnknown as error:
        return str(error)
    return next((why for change in changes if (why := change.refusal(proposed_by, approved_by))), None)


def _list_changes(dataset: str) -> list[Change]:
    """What waits for an approval, of the dataset or of all; raises DisclosureError where nothing does."""
    from praya.disclosure.protect.approval import waiting

    contracts, store = read_usable_contracts(), open_store()
    changes = []
    for contract in contracts:
        if dataset in ("all", contract.dataset):
            # One whose contract is refused waits for its author, and holds up none of the others.
            with suppress(DisclosureError) if dataset == "all" else nullcontext():
                changes += [change] if (change := waiting(contract, store)) else []
    if not changes:
        raise DisclosureError(
            codes.disclosure.NOTHING_TO_APPROVE,
            f"{quote(dataset)}: there is nothing that became weaker and waits for an approval",
        )
    return changes

"""preview: the would-be release of a protected table, written as release would write it, for one named consumer."""

from __future__ import annotations

import datetime as dt
import secrets

from praya.contract import Contract
from praya.contract.zone import show_moment
from praya.disclosure.protect import ProtectedTable
from praya.errors import ReleaseRefused, codes
from praya.history import latest as latest_of
from praya.history.grants import AREA, KIND, Grant, keep, tidy, token_sha256
from praya.ledger import Ledger, LedgerLine
from praya.ledger.bodies import PreviewBody
from praya.pipeline.release.release_checks import ReleaseChecks
from praya.pipeline.release.release_draft import check_table, draft_release, release_basis
from praya.pipeline.release.taken_back import check_not_taken_back
from praya.pipeline.release.writer import write_version
from praya.store import Store
from praya.text.person import parse_person

# Notice of a breaking change holds a release, not a look at it.
ANY_DAY = dt.datetime.max.replace(tzinfo=dt.UTC)


def grant_preview(
    table: ProtectedTable,
    contract: Contract,
    store: Store,
    *,
    to: str,
    start: dt.datetime,
    until: dt.datetime,
    reason: str,
    by: str,
    checks: ReleaseChecks,
) -> tuple[Grant, str]:
    """Let `to` look at the release of `table` from `start` to `until`; gives the grant and its token, which is kept
    nowhere.

    The files are those that `release` would write now, without the signed statement, which is a release's. The ledger
    has its line before the token opens anything. Raises what `release` raises but for its time, and ReleaseRefused
    where these rows are out already or the times are none.
    """
    check_table(table, contract, store)
    parse_person(by)
    now = store.project.clock()
    if not start < until or until <= now:
        raise ReleaseRefused(
            codes.release.PREVIEW_NOT_POSSIBLE,
            f"{contract.dataset}: a preview from {show_moment(start)} until {show_moment(until)} is never open",
        )
    basis, name = release_basis(contract, table.sha256), secrets.token_hex(6)
    with store.lock(f"release-{contract.dataset}"), store.scratch() as work:
        latest = latest_of(store, contract.dataset)
        if latest is not None and latest["basis"] == basis:
            raise ReleaseRefused(
                codes.release.PREVIEW_NOT_POSSIBLE,
                f"{contract.dataset}: nothing waits for its release; {latest['version']} is out and has these rows",
            )
        checks.check_fresh(table, contract)
        check_not_taken_back(
            store, contract.dataset, basis, table.path, contract.primary_key, contract.aliases
        )
        checks.check_inputs(contract)
        draft = draft_release(table, contract, store)
        folder = work / draft.version
        folder.mkdir()
        write_version(draft, ANY_DAY, folder, work)
        token, moves = secrets.token_urlsafe(32), draft.published.moves
        grant = Grant(
            name, contract.dataset, draft.version, to, _utc(start), _utc(until), token_sha256(token), moves
        )
        with store.lock(AREA):
            tidy(store, now)
            store.adopt_tree(folder, f"{AREA}/{name}/files")
            on_record(store, contract.dataset, to, until, reason, by, grant=grant)
            keep(store, grant)
    return grant, token


def on_record(
    store: Store,
    dataset: str,
    to: str,
    until: dt.datetime,
    reason: str,
    by: str,
    grant: Grant | None = None,
) -> LedgerLine:
    """Record that `to` sees figures of the next release before it is out, until a moment; its manifest says so.

    With a `grant` they are given by us; without one in another way, on paper or by word.
    """
    body: PreviewBody = {"to": to, "until": _utc(until).isoformat(), "reason": reason, "by": parse_person(by)}
    if grant:
        body |= {"from": grant.start.isoformat(), "grant": grant.id, "version": grant.version}
    return Ledger(store).record(KIND, dataset, body)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(microsecond=0)

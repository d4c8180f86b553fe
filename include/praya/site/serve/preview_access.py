"""Whether a token opens a preview now, and what is said where it does not."""

from __future__ import annotations

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response

from praya.contract.text import Text
from praya.contract.zone import show_moment
from praya.history.grants import Grant, of_token
from praya.site.serve.respond import sentence_response
from praya.store import Store, layout

UNKNOWN = Text(en="There is no such preview.", zh_hant="沒有這項預覽。")


def open_preview(store: Store, request: Request, now: dt.datetime) -> Grant | Response:
    """The grant of the token in the address, where it is open at `now`; else the answer that says why not."""
    grant = of_token(store, request.path_params["token"])
    if grant is None:
        return sentence_response(404, UNKNOWN, request)
    if (state := grant.state(store, now)) != "open":
        status = 403 if state == "not yet" else 410
        return sentence_response(status, _explain_state(store, grant, state), request)
    return grant


def _explain_state(store: Store, grant: Grant, state: str) -> Text:
    """Why the token opens nothing now; times in Hong Kong."""
    if state == "not yet":
        return Text(
            en=f"This preview opens at {show_moment(grant.start)}.",
            zh_hant=f"這項預覽於{show_moment(grant.start, 'zh-Hant')}開放。",
        )
    if state == "released":
        out = store.exists(layout.manifest(grant.dataset, grant.version))
        what = f"{grant.dataset} {grant.version}" if out else grant.dataset
        return Text(
            en=f"{what} has been released; this preview is over.",
            zh_hant=f"{what}已經發布，這項預覽已結束。",
        )
    if state == "ended":
        return Text(en="This preview was taken back.", zh_hant="這項預覽已被收回。")
    return Text(
        en=f"This preview ended at {show_moment(grant.until)}.",
        zh_hant=f"這項預覽已於{show_moment(grant.until, 'zh-Hant')}結束。",
    )

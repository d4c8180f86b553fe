"""What the Airflow UI gains: a dataset's validation report and disclosure control as tabs of its DAG, the
index for auditors and the catalogue; and that it starts in the time of Hong Kong.

Airflow loads plugins in every process it starts; the app behind these pages is imported at its first request.
"""

from __future__ import annotations

from typing import Any

from airflow.plugins_manager import AirflowPlugin

from praya_airflow.ui_zone import InHongKong


async def pages(scope: Any, receive: Any, send: Any) -> None:
    """The ASGI app of `praya_airflow.pages`."""
    from praya_airflow.pages import app

    await app(scope, receive, send)


class PrayaPlugin(AirflowPlugin):
    name = "praya"
    fastapi_apps = [{"app": pages, "url_prefix": "/praya", "name": "Praya"}]  # noqa: RUF012
    fastapi_root_middlewares = [{"middleware": InHongKong, "name": "Hong Kong time"}]  # noqa: RUF012
    external_views = [  # noqa: RUF012
        {
            "name": "Validation report",
            "href": "/praya/reports/{DAG_ID}",
            "destination": "dag",
            "url_route": "praya-report",
        },
        {
            "name": "Disclosure",
            "href": "/praya/disclosure/{DAG_ID}",
            "destination": "dag",
            "url_route": "praya-disclosure",
        },
        {
            "name": "Index for auditors",
            "href": "/praya/audit",
            "destination": "nav",
            "category": "browse",
            "url_route": "praya-audit",
        },
        {
            "name": "Open data catalogue",
            "href": "/praya/released/index.html",
            "destination": "nav",
            "category": "browse",
            "url_route": "praya-catalogue",
        },
    ]

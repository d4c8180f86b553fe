"""The few calls of Airflow's REST API that the runner needs."""

from __future__ import annotations

import time
import uuid
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import requests

from praya_airflow.local.addresses import Addresses
from praya_airflow.local.credentials import Credentials

PAGE = 100
TIMEOUT = 90.0  # longer than Airflow waits for its database
TRIES = 8
PAUSE = 0.5  # seconds, doubled after each try: SQLite has one writer, and a busy scheduler may be it for long
Json = dict[str, Any]


class Unreachable(Exception):
    """The API does not answer (yet)."""


class Client:
    """Airflow at `url`, as `user`. Every method raises requests.HTTPError when the API refuses."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url = url
        self._login = {"username": user, "password": password}
        self._http = requests.Session()
        self._http.trust_env = False  # a proxy has no business between two processes of one machine
        self._http.headers["Accept"] = "application/json"

    @classmethod
    def as_admin(cls, addresses: Addresses, secret: Credentials) -> Client:
        """The Airflow at these addresses, seen by the user who may do everything."""
        return cls(addresses.url, "admin", secret.passwords["admin"])

    def read_health(self) -> dict[str, str]:
        """Component → "healthy" or "unhealthy"; needs no login. Raises Unreachable until the API of the tasks answers
        too: the server builds that, in seconds, when it is first asked."""
        try:
            for path in ("execution/health", "api/v2/monitor/health"):
                answer = self._http.get(f"{self.url}/{path}", timeout=TIMEOUT)
                answer.raise_for_status()
            return {name: part["status"] for name, part in answer.json().items() if isinstance(part, dict)}
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(str(error)) from error

    def list_dags(self) -> list[Json]:
        """Every DAG that is not stale."""
        return list(self._list("/dags", "dags", exclude_stale="true"))

    def list_import_errors(self) -> list[Json]:
        return list(self._list("/importErrors", "import_errors"))

    def unpause_all(self) -> None:
        self._call("PATCH", "/dags", params={"dag_id_pattern": "%", "limit": 0}, json={"is_paused": False})

    def unpause(self, dag_id: str) -> None:
        self._call("PATCH", f"/dags/{dag_id}", json={"is_paused": False})

    def has_begun(self, dag_id: str) -> bool:
        """Whether any run of the DAG has ever begun."""
        query = {"state": ["running", "success", "failed"], "limit": 1}
        return bool(self._call("GET", f"/dags/{dag_id}/dagRuns", params=query)["dag_runs"])

    def trigger(self, dag_id: str, partition: str | None = None, **conf: str) -> Json:
        """Starts a run of `dag_id` with these params, that stands for no date, or for the month that `partition`
        begins."""
        # A name of its own: when the API fails after it has made the run, asking again makes no second one.
        asked: Json = {"logical_date": None, "dag_run_id": f"praya__{uuid.uuid4().hex}", "conf": conf}
        if partition:
            asked["partition_key"] = partition
        for attempt in range(TRIES):
            try:
                return self._call("POST", f"/dags/{dag_id}/dagRuns", json=asked)
            except requests.HTTPError as error:
                status = error.response.status_code
                if status == requests.codes.conflict and attempt:
                    break
                if status < requests.codes.server_error or attempt == TRIES - 1:
                    raise
                time.sleep(PAUSE * 2 ** min(attempt, 4))
        return asked

    def list_runs(self, *, states: Collection[str] = (), since: datetime | None = None) -> list[Json]:
        """Runs of all DAGs: in one of `states`, or changed `since`."""
        query: dict[str, Any] = {"state": list(states)} if states else {}
        if since:
            query["updated_at_gte"] = since.isoformat()
        return list(self._list("/dags/~/dagRuns", "dag_runs", **query))

    def set_run_state(self, run: Json, state: str, note: str) -> None:
        path = f"/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}"
        self._call("PATCH", path, json={"state": state, "note": note})

    def set_task_state(self, run: Json, task_id: str, state: str) -> None:
        """Nothing where the run has no such task."""
        path = f"/dags/{run['dag_id']}/dagRuns/{run['dag_run_id']}/taskInstances/{task_id}"
        try:
            self._call("PATCH", path, json={"new_state": state})
        except requests.HTTPError as error:
            if error.response.status_code != requests.codes.not_found:
                raise

    def list_tasks(self, *, since: datetime) -> list[Json]:
        """Task instances of all DAGs that changed `since`."""
        path = "/dags/~/dagRuns/~/taskInstances"
        return list(self._list(path, "task_instances", updated_at_gte=since.isoformat()))

    def read_log(self, task: Json) -> list[Json]:
        """The log records of a task's last try, oldest first; `event` is the message."""
        path = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
        query = {"map_index": task["map_index"], "full_content": "true"}
        content = self._call("GET", f"{path}/logs/{max(task['try_number'], 1)}", params=query)["content"]
        return [record for record in content if isinstance(record, dict)]

    def _list(self, path: str, key: str, **query: Any) -> Iterator[Json]:
        offset = 0
        while True:
            page = self._call("GET", path, params={**query, "limit": PAGE, "offset": offset})
            yield from page[key]
            offset += len(page[key])
            if not page[key] or offset >= page["total_entries"]:
                return

    def _call(self, method: str, path: str, **arguments: Any) -> Json:
        answer = self._send(method, path, **arguments)
        if answer.status_code == requests.codes.unauthorized:
            token = self._http.post(f"{self.url}/auth/token", json=self._login, timeout=TIMEOUT)
            token.raise_for_status()
            self._http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
            answer = self._send(method, path, **arguments)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def _send(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self._http.request(method, f"{self.url}/api/v2{path}", timeout=TIMEOUT, **arguments)

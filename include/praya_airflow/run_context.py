"""What a running task tells the library of itself: its context for statements, and the key to sign them with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow.sdk import get_current_context

from praya.errors import IntegrityError, codes
from praya.text.person import is_technical, parse_person
from praya_airflow.environment import read_project
from praya_airflow.settings import read_settings

if TYPE_CHECKING:
    from praya.provenance import Signer


def describe_run() -> dict[str, str]:
    """What a statement says of the run: who builds, and which DAG, run and task it was."""
    context = get_current_context()
    return {
        "builder": "urn:praya:builder:airflow",
        "dag_id": str(context["dag"].dag_id),
        "run_id": str(context["run_id"]),
        "task_id": str(context["ti"].task_id),
    }


def name_starter() -> str:
    """Who started the run, for the record: the person who was logged in, else that nobody was."""
    context = get_current_context()
    name = context["dag_run"].triggering_user_name
    if context["dag_run"].run_type == "manual" and name and not is_technical(name):
        return parse_person(name)
    return f"automatic run of DAG {context['dag'].dag_id}"


def name_run() -> str:
    """DAG, run and task, for the write journal; nothing where a task's function is called by itself."""
    try:
        context = get_current_context()
    except RuntimeError:
        return ""
    return f"{context['dag'].dag_id}/{context['run_id']}/{context['ti'].task_id}"


def load_run_signer() -> Signer:
    """The key that this task signs with: that of `find_run_signer`, else the one in the key file."""
    from praya.provenance import load_signer

    return find_run_signer() or load_signer(read_project().signing_key)


def find_run_signer() -> Signer | None:
    """The signing key in the password of the Airflow connection that `PRAYA_SIGNING_CONNECTION` names, else None."""
    from airflow.sdk.bases.hook import BaseHook

    from praya.provenance import parse_signer

    name = read_settings().signing_connection
    if not name:
        return None
    password = BaseHook.get_connection(name).password
    if not password:
        raise IntegrityError(
            codes.key.NOT_USABLE, f"the connection {name} has no password; it holds the signing key in PEM"
        )
    # A form of one line loses the line ends of the PEM.
    return parse_signer(password.replace("\\n", "\n"))

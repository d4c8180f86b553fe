"""The project that Airflow's processes work on, as their environment describes it."""

from __future__ import annotations

from praya.project import Project


def read_project() -> Project:
    """The project of this process: made where a task, a page or a DAG file begins, and passed down from there."""
    return Project.from_environment()

"""What a stop interrupted goes on at the next start: done by the scheduler's process before it schedules anything.

Airflow itself notices half a minute to five minutes later that the scheduler before is dead, and then it gives its
tasks to the new one; the try that was cut off counts as one of the task's, and the time that nothing ran counts
towards the time-out of the run. Here no other scheduler can be at work: the guardian's lock says so.
"""

from __future__ import annotations

import datetime as dt

from airflow.jobs.job import Job, JobState
from airflow.models.dagrun import DagRun
from airflow.models.taskinstance import TaskInstance
from airflow.utils.net import get_hostname
from airflow.utils.session import create_session
from airflow.utils.state import DagRunState, State
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

SCHEDULER = "SchedulerJob"


def resume_tasks(now: dt.datetime) -> int:
    """Let what ran when the last scheduler ended run again, as if the time since had not been; returns how many tasks.

    The scheduler resets tasks of a dead scheduler by itself when it starts; it only has to be told that it is dead. Of
    a database that other machines use too, only the schedulers of this one are.
    """
    ours = (Job.job_type == SCHEDULER, Job.hostname == get_hostname())  # type: ignore[no-untyped-call]
    with create_session() as session:
        last = session.scalar(select(func.max(Job.latest_heartbeat)).where(*ours))
        _give_time_back(session, now - last if last else dt.timedelta())
        session.execute(
            update(Job)
            .where(*ours, Job.state == JobState.RUNNING)
            .values(state=JobState.FAILED, end_date=now)
        )
        cut_off = session.execute(
            update(TaskInstance)
            .where(
                TaskInstance.state.in_(State.adoptable_states),
                TaskInstance.queued_by_job_id.in_(select(Job.id).where(*ours)),
            )
            .values(max_tries=TaskInstance.max_tries + 1)
            .execution_options(synchronize_session=False)
        )
        return int(getattr(cut_off, "rowcount", 0))


def _give_time_back(session: Session, stood: dt.timedelta) -> None:
    """A run has hours; those in which nothing could run are not its own."""
    for run in session.scalars(select(DagRun).where(DagRun.state == DagRunState.RUNNING)):
        if run.start_date:
            run.start_date += max(stood, dt.timedelta())

"""Codes for runs of Airflow that ended without their work."""

from praya.errors.error_code import Code

TASK_FAILED = Code(
    "PRAYA-RUN-001",
    means="A task of the run failed.",
    do="Read the log of the first task in the message; it has a code of its own.",
)
TASK_WITHOUT_WORK = Code(
    "PRAYA-RUN-002",
    means="A task was skipped or marked as success without its work: somebody marked it, or the run "
    "took too long.",
    do="Trigger the DAG again, or clear the task with all that follows it.",
)
RESULT_MISSING = Code(
    "PRAYA-RUN-003",
    means="A task reported a result that is not in the store.",
    do="Trigger the DAG again; if it stays so, check that all workers use the same store.",
)

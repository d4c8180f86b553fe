"""The request for a second person's approval: it stays open until somebody has answered who may."""

from __future__ import annotations

from typing import Any

from airflow.providers.standard.operators.hitl import ApprovalOperator

from praya.observe import get_logger
from praya_airflow.task_log import bind_task_fields

log = get_logger(__name__)


class SecondPersonOperator(ApprovalOperator):
    """An approval by who proposed the change, or by somebody whom the policy does not let, uses nothing up: the log
    says why it does not count, and the request is made anew. Airflow then empties the answer that it had.
    """

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        if "error" not in event and event["chosen_options"] == [self.APPROVE]:
            from praya_airflow.disclosure_tasks import answer_refusal

            proposal = context["ti"].xcom_pull(task_ids="propose")
            answered_by = str(event["responded_by_user"]["name"])
            refusal = answer_refusal(str(context["params"]["dataset"]), proposal["by"], answered_by)
            if refusal is not None:
                with bind_task_fields(self.task_id):
                    log.warning("the approval does not count, and the request stays open", reason=refusal)
                return self.execute(context)
        return super().execute_complete(context=context, event=event)

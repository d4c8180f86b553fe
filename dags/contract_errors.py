"""Says in Airflow's list of import errors which contracts are wrong; builds no airflow DAG of its own."""

from praya.errors import ContractError, put_code_first
from praya_airflow.environment import read_project
from praya_airflow.facts_cache import read_all_facts

_, problems = read_all_facts(read_project())
if problems:
    raise put_code_first(ContractError(problems))

"""Says in Airflow's list of import errors which contracts are wrong; builds no airflow DAG of its own."""

from praya.contract import read_contracts
from praya.errors import ContractError, put_code_first
from praya_airflow.environment import read_project

_, problems = read_contracts(read_project())
if problems:
    raise put_code_first(ContractError(problems))

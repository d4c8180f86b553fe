"""Says in Airflow's list of import errors which contracts are wrong; builds no airflow DAG of its own."""

from praya import paths
from praya.contract import read_contracts
from praya.errors import ContractError
from praya_airflow.factory import too_many

contracts, problems = read_contracts(paths.contracts())
problems += too_many(contracts, len(list(paths.dags().glob("datasets*.py"))))
if problems:
    raise ContractError(problems)

"""What a dataset is: one YAML file, read and checked whole, and held against the policy."""

from praya.contract.fields import Field
from praya.contract.load import (
    find_contract,
    load_contract,
    load_contracts,
    load_policy,
    read_contracts,
    without_labels,
)
from praya.contract.model import Contract
from praya.contract.policy import Policy
from praya.contract.text import Text

__all__ = [
    "Contract",
    "Field",
    "Policy",
    "Text",
    "find_contract",
    "load_contract",
    "load_contracts",
    "load_policy",
    "read_contracts",
    "without_labels",
]

"""What a dataset is: one YAML file, read and checked whole."""

from praya.contract.fields import Field
from praya.contract.load import load_contract, load_contracts, read_contracts
from praya.contract.model import Contract
from praya.contract.text import Text

__all__ = ["Contract", "Field", "Text", "load_contract", "load_contracts", "read_contracts"]

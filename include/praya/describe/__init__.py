"""What a release says about itself: the data dictionary and the Table Schema, from the contract alone."""

from praya.describe.dictionary import dictionary, dictionary_csv, dictionary_rows
from praya.describe.table_schema import table_schema

__all__ = ["dictionary", "dictionary_csv", "dictionary_rows", "table_schema"]

"""What tests of several packages are made on: contracts, stores, releases and months in the shape of real ones."""

from made.basics import (
    RECEIVED,
    SourceServer,
    accept,
    accept_staged,
    agree,
    contract_dict,
    copy_of,
    data_file,
    field,
    make_contract,
    not_of_a_mart,
    publish,
    put_snapshot,
    rows_of,
    text,
)

__all__ = [
    "RECEIVED",
    "SourceServer",
    "accept",
    "accept_staged",
    "agree",
    "contract_dict",
    "copy_of",
    "data_file",
    "field",
    "make_contract",
    "not_of_a_mart",
    "publish",
    "put_snapshot",
    "rows_of",
    "text",
]

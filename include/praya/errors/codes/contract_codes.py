"""Codes for contracts, the policy, code lists, the register of metrics and revisions: YAML that people write."""

from praya.errors.error_code import Code

SEVERAL_KINDS = Code(
    "PRAYA-CONTRACT-001",
    means="Files have problems of several kinds. Each line of the message has its own code.",
    do="Run `praya check`, and look up the code of each line.",
)
FILE_NOT_READABLE = Code(
    "PRAYA-CONTRACT-002",
    means="The file cannot be opened, is not a regular file, or is not encoded in UTF-8.",
    do="Check that the file exists and that the account of Airflow may read it. Save it as UTF-8.",
)
NOT_YAML = Code(
    "PRAYA-CONTRACT-003",
    means="The file is empty, YAML cannot read it, or it has more levels or values than Praya reads.",
    do="Correct the line that the message names. Put special characters in quotes; avoid deep "
    "nesting and aliases.",
)
KEY_REPEATED = Code(
    "PRAYA-CONTRACT-004",
    means="A key occurs twice in the same mapping, so YAML would silently drop one of its values.",
    do="Delete one of the two.",
)
KEY_MISSING = Code(
    "PRAYA-CONTRACT-005",
    means="A key that the file must have is missing.",
    do="Add the key at the place that the message names; the JSON Schema at the head of the file "
    "describes it.",
)
KEY_UNKNOWN = Code(
    "PRAYA-CONTRACT-006",
    means="A key is not one that Praya reads: it is misspelled, or at the wrong level.",
    do="Correct its spelling or its indentation; the JSON Schema at the head of the file lists all keys.",
)
VALUE_NOT_VALID = Code(
    "PRAYA-CONTRACT-007",
    means="The value of a key has the wrong type, or is none of those that the key allows.",
    do="Write a value as the message expects it.",
)
RULE_BROKEN = Code(
    "PRAYA-CONTRACT-008",
    means="Each value is valid, but values do not fit each other, for example a primary key that is no "
    "field.",
    do="Correct one of the keys that the message names.",
)
BELOW_POLICY = Code(
    "PRAYA-CONTRACT-009",
    means="The contract asks for less disclosure control than `include/policy.yaml` requires.",
    do="Raise the value in the contract. Only the disclosure officer changes the policy.",
)
POLICY_MISSING = Code(
    "PRAYA-CONTRACT-010",
    means="The policy file does not exist. Without it Praya loads no contract.",
    do="Restore `include/policy.yaml`, or set PRAYA_POLICY to where it is.",
)
NAME_DIFFERS_FROM_PATH = Code(
    "PRAYA-CONTRACT-011",
    means="The name in the file differs from the name of its file or folder, or the file is in the "
    "wrong folder.",
    do="Rename the file, move it, or correct the name in it, so that both agree.",
)
NAME_TAKEN = Code(
    "PRAYA-CONTRACT-012",
    means="Two files use the same name, alias, metric id or position in the order of reports.",
    do="Give one of them another.",
)
REFERENCE_UNKNOWN = Code(
    "PRAYA-CONTRACT-013",
    means="The file refers to a dataset, field or metric that does not exist.",
    do="Correct the spelling, or add what is referred to.",
)
CODE_LIST_NOT_USABLE = Code(
    "PRAYA-CONTRACT-014",
    means="The code list of a field does not exist, is wrong itself, or lacks codes of the field.",
    do="Add the list or its codes below `include/code_lists`, or correct `codes` of the field.",
)
LABELS_MISSING = Code(
    "PRAYA-CONTRACT-015",
    means="A released field has codes without labels for readers.",
    do="Name the code list of the field with `codes`; write the list where there is none.",
)
NOT_CHECKED = Code(
    "PRAYA-CONTRACT-016",
    means="Praya itself failed while it checked the file. Other files are not affected.",
    do="Report the message together with the file. Undo the last change of the file until it is fixed.",
)
MONTH_NOT_VALID = Code(
    "PRAYA-CONTRACT-017",
    means="A month was asked of a contract in another form than YYYY-MM.",
    do="Write the month such as 2026-10.",
)
REFUSED_DURING_RUN = Code(
    "PRAYA-CONTRACT-018",
    means="The contract was refused or missing when this run went on; now nothing is wrong with it.",
    do="Trigger the DAG again.",
)

"""Codes for disclosure control: what may not be released, approvals, and the gate itself."""

from praya.errors.error_code import Code

PERSONAL_RECORDS = Code(
    "PRAYA-DISCLOSURE-001",
    means="The dataset holds records of persons, which are never released.",
    do="Release a mart that is made from the records; the records themselves stay in the store.",
)
METHOD_NOT_APPLICABLE = Code(
    "PRAYA-DISCLOSURE-002",
    means="The table has no counts, or has values to which the disclosure method of the contract "
    "cannot be applied.",
    do="Correct the values or `disclosure.counts`, or choose another method; `praya methods "
    "DATASET` compares them.",
)
APPROVAL_REQUIRED = Code(
    "PRAYA-DISCLOSURE-003",
    means="Disclosure control became weaker, or a dataset made from records would be released for the "
    "first time.",
    do="Undo the change, or have a second person approve it in the DAG `disclosure_approval`.",
)
APPROVAL_REFUSED = Code(
    "PRAYA-DISCLOSURE-004",
    means="The approval was not recorded: the second person is the first, has no such role, or gave no "
    "reason.",
    do="Have another person with the role of the policy approve it, with a reason in a sentence.",
)
FIGURES_CONTRADICT_CONTRACT = Code(
    "PRAYA-DISCLOSURE-005",
    means="A rate, mean or period of the table is not what the contract declares, or rows are single "
    "records.",
    do="Correct the SQL of the mart, or the disclosure section of the contract.",
)
SMALL_COUNTS_RECOVERABLE = Code(
    "PRAYA-DISCLOSURE-006",
    means="Small counts could be calculated from this table together with tables that are released.",
    do="Publish less detail, or correct `disclosure.structure` so that more cells can be withheld.",
)
ORIGIN_UNKNOWN = Code(
    "PRAYA-DISCLOSURE-007",
    means="Praya cannot tell what the table of the mart is made from.",
    do="Run `praya check`, and correct the SQL or the contracts that it names.",
)
DECLARATION_TOO_WEAK = Code(
    "PRAYA-DISCLOSURE-008",
    means="The contract of a mart's dataset declares less protection than the data behind the mart requires.",
    do="Add to the disclosure section what the message lists.",
)
MADE_FROM_OTHER_SOURCE = Code(
    "PRAYA-DISCLOSURE-009",
    means="The table was made by another SQL of the mart, or collected from another source, than the "
    "present one.",
    do="Run the dataset again, so that the mart is computed and the source collected anew.",
)
SOURCE_IN_STORE = Code(
    "PRAYA-DISCLOSURE-010",
    means="The source delivers a table of this store by way of an address or file, which loses its lineage.",
    do="Name the mart in `source.mart` of the contract, or read the release of the dataset.",
)
PERSONAL_DATA_FOUND = Code(
    "PRAYA-DISCLOSURE-011",
    means="Cells or texts that would be published look like personal data.",
    do="Remove it at the source or leave the field out; declare an office's own contact in "
    "`disclosure.publicContact`.",
)
GATE_RECORD_CHANGED = Code(
    "PRAYA-DISCLOSURE-012",
    means="The record of an earlier protected table is missing or changed, so the joint check would be "
    "incomplete.",
    do="Restore the file from a backup; `praya verify` names everything that changed.",
)
ROW_DOES_NOT_ADD_UP = Code(
    "PRAYA-DISCLOSURE-013",
    means="A total of the table is not the sum of its parts as `disclosure.structure` declares them.",
    do="Correct the structure in the contract, or the SQL of the mart.",
)
PROTECTED_TABLE_MISUSED = Code(
    "PRAYA-DISCLOSURE-014",
    means="Code tried to release a table that `praya.pipeline.protect.protect_table` did not make, or changed one "
    "that it made.",
    do="Call it with the contract of the dataset, and pass on what it returns.",
)
TABLE_RECORD_DIFFERS = Code(
    "PRAYA-DISCLOSURE-015",
    means="An accepted or protected table is not the one that the records of the store and the ledger "
    "are about.",
    do="Run validate and release again; if it stays so, run `praya verify DATASET`.",
)
CONTACT_WITHOUT_REASON = Code(
    "PRAYA-DISCLOSURE-016",
    means="A field is declared as public contact without a reason.",
    do="Write in `disclosure.publicContact` whose contact it is and who made it public.",
)
NOTHING_TO_APPROVE = Code(
    "PRAYA-DISCLOSURE-017",
    means="There is no such dataset, or none of its disclosure control became weaker and waits for an "
    "approval.",
    do="Check the name of the dataset; run the dataset first if its contract has just changed.",
)
PROPOSER_UNKNOWN = Code(
    "PRAYA-DISCLOSURE-018",
    means="Airflow does not know which user triggered the approval.",
    do="Trigger the DAG in Airflow's interface while you are logged in.",
)
CHANGED_SINCE_PROPOSED = Code(
    "PRAYA-DISCLOSURE-019",
    means="Contracts or policy changed between the proposal and the approval.",
    do="Trigger the DAG again, so that the present state is approved.",
)

"""Codes for the ledger, its checkpoints and witnesses."""

from praya.errors.error_code import Code

LINES_CHANGED = Code(
    "PRAYA-LEDGER-001",
    means="Lines of the ledger were changed or removed, are malformed, or contradict each other.",
    do="Run `praya verify`, which names the lines; restore the ledger from a backup.",
)
CHECKPOINT_NOT_VALID = Code(
    "PRAYA-LEDGER-002",
    means="A checkpoint, a signed note, a proof or a request to a witness is malformed.",
    do="Get the file again from where releases are served or from the witness, and send it unchanged.",
)
VERIFIER_KEY_NOT_USABLE = Code(
    "PRAYA-LEDGER-003",
    means="A verifier key is malformed, or the file with the keys of the witnesses cannot be read.",
    do="Copy the key again, as one line without changes; check the permissions of the file.",
)
WITNESS_NAME_DIFFERS = Code(
    "PRAYA-LEDGER-004",
    means="The folder belongs to a witness of another name.",
    do="Use the kept name, or give the new witness another folder.",
)
CHECKPOINT_SIGNED_BY_OTHER_KEY = Code(
    "PRAYA-LEDGER-005",
    means="The checkpoint is signed by none of the keys of the publisher.",
    do="Compare the keys of publisher and witness; restore the last checkpoint of the publisher.",
)
WITNESS_REFUSED = Code(
    "PRAYA-LEDGER-006",
    means="The witness refused to cosign: the checkpoint does not continue the one that it saw last.",
    do="Run `praya verify` at the publisher; find out why the two histories differ.",
)
CHECKPOINT_CHANGED = Code(
    "PRAYA-LEDGER-007",
    means="The last checkpoint is missing, was changed, or does not fit the lines of the ledger.",
    do="Restore it from where releases are served or from the witness, or run `praya checkpoint "
    "--anew REASON`.",
)
CHECKPOINT_NOT_COSIGNED = Code(
    "PRAYA-LEDGER-008",
    means="None of the known witnesses cosigned the checkpoint.",
    do="Have it cosigned, or add the key of the witness to the file that the message names.",
)
CHECKPOINT_TOO_SHORT = Code(
    "PRAYA-LEDGER-009",
    means="No checkpoint covers the last line of the ledger that the evidence needs.",
    do="Run `praya checkpoint`, and then the command again.",
)

"""Codes for collecting: connections, requests, files of a folder, and what a source sends."""

from praya.errors.error_code import Code

SYNTHETIC_NOT_DECLARED = Code(
    "PRAYA-SOURCE-001",
    means="The source sends generated data, and the contract does not declare that.",
    do="Set `synthetic: true` in the contract, or use the real source.",
)
PART_NAME_NOT_VALID = Code(
    "PRAYA-SOURCE-002",
    means="A name in `source.parts` cannot be the name of a file in the store.",
    do="Use lower-case letters, digits, hyphens and underscores.",
)
TOO_MANY_PAGES = Code(
    "PRAYA-SOURCE-003",
    means="The source still names a next page after the largest number of pages that Praya reads.",
    do="Ask the source for larger pages, or collect a shorter period.",
)
PAGES_REPEAT = Code(
    "PRAYA-SOURCE-004",
    means="Two pages of the source are the same, or a page leads back to an earlier one, so rows would "
    "be missing.",
    do="Run collect again. If it stays so, tell the department that its paging repeats.",
)
CONNECTION_MISSING = Code(
    "PRAYA-SOURCE-005",
    means="The path of the source needs a connection, and the contract names none or one that does not "
    "exist.",
    do="Name an Airflow connection in `source.connection`, and add it in Airflow (Admin → Connections).",
)
CONNECTION_NOT_USABLE = Code(
    "PRAYA-SOURCE-006",
    means="The connection is of a type that the source does not take, holds the signing key, or its "
    "address, login or networks are malformed.",
    do="Correct the connection: the type that the message names, host, login, and in its extra "
    "`allow_private` networks such as 10.1.0.0/16.",
)
ADDRESS_NOT_VALID = Code(
    "PRAYA-SOURCE-007",
    means="No request can be made from the address, or an address that begins with `file:` names no "
    "file of this machine.",
    do="Correct the address in the contract or the connection; write files as file:///folder/name.",
)
FILE_PLACE_NOT_ALLOWED = Code(
    "PRAYA-SOURCE-008",
    means="The file is in no folder that sources may be read from, or in the store, among keys or "
    "system files.",
    do="Move the file to a folder of its own, and have the operator add that folder to PRAYA_SOURCE_FOLDERS.",
)
FILE_NOT_READABLE = Code(
    "PRAYA-SOURCE-009",
    means="The source file does not exist, or the account of Airflow may not read it.",
    do="Check the path in the contract, and the owner and permissions of the file.",
)
STATUS_NOT_EXPECTED = Code(
    "PRAYA-SOURCE-010",
    means="The source answered with an HTTP status that does not pass by itself, such as 403 or 404.",
    do="Open the address: it may have moved, or need a login. Correct the contract or the connection.",
)
STATUS_TEMPORARY = Code(
    "PRAYA-SOURCE-011",
    means="The source answered with an HTTP status that may pass, such as 429 or 503, also after "
    "several attempts.",
    do="Wait for Airflow's next retry. If it stays so, ask the source.",
)
BODY_DAMAGED = Code(
    "PRAYA-SOURCE-012",
    means="The body ended before its announced length, or its compression is damaged. Nothing of it "
    "was kept.",
    do="Wait for Airflow's next retry. If it stays so, tell the source that its answers are cut off.",
)
TIMED_OUT = Code(
    "PRAYA-SOURCE-013",
    means="The source sent nothing for longer than `source.timeout_seconds`.",
    do="Wait for Airflow's next retry; raise `source.timeout_seconds` where the source is known to be slow.",
)
NOT_REACHABLE = Code(
    "PRAYA-SOURCE-014",
    means="No connection to the host of the source could be opened: its name, its port, TLS or the "
    "network failed.",
    do="Check the host in the contract and whether this machine may reach it; then wait for the next retry.",
)
COMPRESSION_NOT_SUPPORTED = Code(
    "PRAYA-SOURCE-015",
    means="The source compressed its body in a way that Praya did not ask for and does not read.",
    do="Ask the source to send gzip or no compression.",
)
MART_NOT_COMPUTED = Code(
    "PRAYA-SOURCE-016",
    means="The dataset is collected from a mart, and the mart has no table yet.",
    do="Run `praya show` to see which dataset behind the mart has no accepted table, and run that first.",
)
MONTH_LIST_NOT_VALID = Code(
    "PRAYA-SOURCE-017",
    means="The answer at `source.months` is not a list of months, each with its `etag`.",
    do="Check `source.months` in the contract, or ask the source.",
)
TOO_LARGE = Code(
    "PRAYA-SOURCE-018",
    means="The source sends more bytes than `source.max_bytes` allows.",
    do="Check that it is the right file; then raise `source.max_bytes` in the contract.",
)
NO_DATA_IN_BODY = Code(
    "PRAYA-SOURCE-019",
    means="The source answered without content, or with an HTML page where the contract expects data.",
    do="Open the address in a browser: it may be an error page, a login, or a moved file. The last "
    "snapshot stays in use.",
)
UNCHANGED_WITHOUT_SNAPSHOT = Code(
    "PRAYA-SOURCE-020",
    means="The source answered that nothing changed, and there is no snapshot of it to keep.",
    do="Try again; if it stays so, ask the source why it answers so to a first request.",
)

"""Codes for addresses that Praya refuses to ask: of contracts, connections, redirects and next pages."""

from praya.errors.error_code import Code

REDIRECT_NOT_ALLOWED = Code(
    "PRAYA-ADDRESS-001",
    means="A redirect or a next page leads from https to http, would carry a key to another host, or "
    "does not end.",
    do="Put the final https address into the contract; move a key into the connection where the "
    "source allows it.",
)
SCHEME_NOT_ALLOWED = Code(
    "PRAYA-ADDRESS-002",
    means="The address is neither http nor https.",
    do="Use an http or https address; write a file of this machine as file:///folder/name.",
)
LOGIN_IN_ADDRESS = Code(
    "PRAYA-ADDRESS-003",
    means="The address has a user name or a password in it, which contracts and logs would show.",
    do="Move the login into an Airflow connection, and name it in `source.connection`.",
)
MALFORMED = Code(
    "PRAYA-ADDRESS-004",
    means="The address is too long, has characters that are not allowed, or a host or port that "
    "programs read differently.",
    do="Write a plain host (international names as xn--…), a port from 1 to 65535, and %-encoding "
    "for special characters.",
)
HOST_NOT_ALLOWED = Code(
    "PRAYA-ADDRESS-005",
    means="A redirect or a next page leads to a host that the contract does not name.",
    do="If the host belongs to the source, add it to `source.hosts` in the contract.",
)
PRIVATE_NETWORK = Code(
    "PRAYA-ADDRESS-006",
    means="The host leads to an IP address that is not on the public internet.",
    do="If that is intended, add the network to `allow_private` in the extra of the source's connection.",
)
PROXY_CONFIGURED = Code(
    "PRAYA-ADDRESS-007",
    means="The request would go through a proxy, and Praya could not check which IP address it reaches.",
    do="Unset the proxy variables (HTTP_PROXY, HTTPS_PROXY) for Airflow's workers.",
)

"""Codes for packages: what others add to Praya, and what has to be installed besides."""

from praya.errors.error_code import Code

EXTENSION_NAME_TAKEN = Code(
    "PRAYA-PACKAGE-001",
    means="Two installed packages add a report or a command of the same name.",
    do="Rename one of the entry points in its package, and install it again.",
)
EXTENSION_NOT_IMPORTED = Code(
    "PRAYA-PACKAGE-002",
    means="An installed package names an entry point that cannot be imported.",
    do="Install the package completely, or remove it.",
)
DRIVER_MISSING = Code(
    "PRAYA-PACKAGE-003",
    means="A setting needs a driver that the core installation does not have, for S3 or for PostgreSQL.",
    do="Run the make target that the message names, and try again.",
)

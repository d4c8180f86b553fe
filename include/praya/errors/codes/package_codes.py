"""Codes for packages: what others add to Praya, and what has to be installed besides."""

from praya.errors.error_code import Code

EXTENSION_NAME_TAKEN = Code(
    "PRAYA-PACKAGE-001",
    means="Two installed packages add something of the same kind and name.",
    do="Rename one of the two in its package, and install it again.",
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
EXTENSION_WITHOUT_SPEC = Code(
    "PRAYA-PACKAGE-004",
    means="A module of a package of additions declares nothing that can be added.",
    do="Declare a spec in the module as docs/extending.md shows, or move the module out of the package.",
)

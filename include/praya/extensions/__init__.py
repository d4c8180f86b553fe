"""What other packages add to the library: they name it as entry points, and nothing here knows them by name."""

from praya.extensions.discovery import COMMANDS, REPORTS, load_extensions, modules_in

__all__ = ["COMMANDS", "REPORTS", "load_extensions", "modules_in"]

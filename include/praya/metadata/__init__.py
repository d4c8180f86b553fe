"""What a release says about itself, from the contract and the manifest alone: documentation for people, and metadata in
each standard that others read (`praya.metadata.standards`, one small module each).
"""

from praya.metadata.dcat_nodes import describe_catalogue
from praya.metadata.described_release import DescribedRelease
from praya.metadata.dictionary import describe_fields, dictionary_rows
from praya.metadata.json_bytes import as_json
from praya.metadata.psi_data import psi_entry, psi_problems
from praya.metadata.release_facts import DATA, DOCUMENTATION, METADATA, Facts, Version, facts_of
from praya.metadata.release_files import make_documentation, make_metadata
from praya.metadata.turtle_text import write_turtle

__all__ = [
    "DATA",
    "DOCUMENTATION",
    "METADATA",
    "DescribedRelease",
    "Facts",
    "Version",
    "as_json",
    "describe_catalogue",
    "describe_fields",
    "dictionary_rows",
    "facts_of",
    "make_documentation",
    "make_metadata",
    "psi_entry",
    "psi_problems",
    "write_turtle",
]

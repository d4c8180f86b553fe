"""One module each of what the entry points `praya.metadata_standards` find."""

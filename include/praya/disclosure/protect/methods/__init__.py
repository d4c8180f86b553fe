"""One module each of what the entry points `praya.disclosure_methods` find."""

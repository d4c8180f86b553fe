"""One module each of what the entry points `praya.collectors` find."""

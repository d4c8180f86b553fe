"""One module each of what the entry points `praya.output_formats` find."""

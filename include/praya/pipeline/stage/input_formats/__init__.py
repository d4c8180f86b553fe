"""One module each of what the entry points `praya.input_formats` find."""

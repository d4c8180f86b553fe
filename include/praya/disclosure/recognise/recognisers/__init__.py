"""One module each of what the entry points `praya.recognisers` find."""

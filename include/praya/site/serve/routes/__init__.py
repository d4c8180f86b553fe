"""One module each of what the entry points `praya.api_routes` find."""

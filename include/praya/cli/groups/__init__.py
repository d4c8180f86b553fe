"""One module each of what the entry points `praya.command_groups` find."""

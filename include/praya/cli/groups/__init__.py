"""Praya's own groups of commands, one module each; the entry points `praya.command_groups` find them."""

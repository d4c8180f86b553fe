"""The command `praya`: one module a group of commands."""

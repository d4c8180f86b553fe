"""The commands that Hong Kong adds to `praya`, one module a group."""

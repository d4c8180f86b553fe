"""`python -m praya.cli`."""

from praya.cli.app import app

app()

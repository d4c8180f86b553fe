"""serve: the released area over HTTP as any web server would, with the addresses that must be computed."""

from praya.serve.app import application, serve

__all__ = ["application", "serve"]

"""serve: the released area over HTTP as any web server would, with the addresses that must be computed; and previews
of what is not released yet, for those who hold a token."""

from praya.site.serve.released_app import application, serve

__all__ = ["application", "serve"]

"""serve: the released area over HTTP as any web server would, with the addresses that must be computed; and previews
of what is not released yet, for those who hold a token."""

from praya.site.serve.app_server import serve_previews, serve_released
from praya.site.serve.preview_app import make_previews_app
from praya.site.serve.released_app import make_released_app

__all__ = ["make_previews_app", "make_released_app", "serve_previews", "serve_released"]

"""Answers: a file with its type, hash and how long it holds; another address; or a sentence, as page or as JSON."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from praya.contract.codes import LANGUAGES
from praya.contract.output_spec import spec_of_file
from praya.contract.text import Text
from praya.site.serve.stable import Missing, Moved
from praya.site.serve.tree import ServedFile, Tree
from praya.text.templating import templates

TEMPLATES = Path(__file__).parent / "templates"
# A version never changes, but may be withdrawn: a day later no cache has it any more.
IMMUTABLE = "public, max-age=86400, immutable"
# What changes is asked for again each time; where it has not, the answer is 304.
CHANGING = "no-cache"
FOR_GOOD = "public, max-age=86400"
# Up to so many bytes a file that no manifest names is read and hashed at each request.
AT_ONCE = 4_000_000

# Of files in no output format.
TYPES = {
    "atom": "application/atom+xml; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "gz": "application/gzip",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "map": "text/plain; charset=utf-8",
    "pdf": "application/pdf",
    "png": "image/png",
    "svg": "image/svg+xml",
    "ttl": "text/turtle; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "woff2": "font/woff2",
    "zip": "application/zip",
}
PLAIN = TYPES["txt"]


def media_type(name: str) -> str:
    """The type of a file that no manifest names; one without an ending, such as the checkpoint, is text."""
    _, dot, ending = name.rpartition(".")
    if not dot or ending in TYPES:
        return TYPES.get(ending, PLAIN)
    written = spec_of_file(name)
    return written.media_type if written else "application/octet-stream"


def file_response(tree: Tree, served: ServedFile, request: Request) -> Response:
    """A file: one that a manifest names under its hash, and what never changes for long; all else as it stands now."""
    try:
        (*folder, name), path = served
        file = tree.listed(*folder).get(name) if len(folder) >= 2 else None
        kind = file["media_type"] if file else media_type(name)
        headers = {"cache-control": IMMUTABLE if _is_immutable(tree, folder, name) else CHANGING}
        if file:
            headers["etag"] = f'"{file["sha256"]}"'
            return unchanged(request, headers) or _streamed(path, headers, kind)
        if headers["cache-control"] == IMMUTABLE and path.stat().st_size > AT_ONCE:
            return _streamed(path, headers, kind)
        # Read at once: what is replaced meanwhile is the old one or the new one.
        body = path.read_bytes()
        headers["etag"] = f'"{hashlib.sha256(body).hexdigest()}"'
        return unchanged(request, headers) or Response(body, headers=headers, media_type=kind)
    except FileNotFoundError:  # withdrawn while it was looked at
        return Response("It was withdrawn this moment.\n", 410, {"cache-control": CHANGING}, PLAIN)


def _is_immutable(tree: Tree, folder: list[str], name: str) -> bool:
    """Whether the file is one of a version, of an edition of a report, or of what a version changed."""
    if len(folder) >= 2 and tree.file(*folder, "manifest.json"):
        return name != "withdrawn.json"
    return len(folder) == 3 and folder[1] == "changes"


def _streamed(path: Path, headers: dict[str, str], kind: str) -> Response:
    return FileResponse(path, headers=headers, media_type=kind, stat_result=path.stat())


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 where the reader has what stands under this ETag."""
    known = [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]
    return Response(status_code=304, headers=headers) if {headers["etag"], "*"} & {*known} else None


def moved_response(moved: Moved, path: str) -> Response:
    """The other address, relative to the one that was asked for, so that it holds behind any prefix."""
    location = "../" * path.count("/") + quote(moved.path)
    headers = {"location": location, "cache-control": FOR_GOOD if moved.status == 308 else CHANGING}
    return Response(f"{moved.path}\n", moved.status, headers, PLAIN)


def missing_response(missing: Missing, path: str, request: Request) -> Response:
    """Why there is nothing, and what is there: a page for people, JSON (RFC 9457) for machines."""
    up = "../" * path.count("/")
    problem: dict[str, Any] = {
        "status": missing.status,
        "title": missing.why.en,
        "titles": {language: missing.why.in_language(language) for language in LANGUAGES},
        "there": [f"{up}{quote(each)}" for each in missing.there],
    }
    if missing.tombstone:
        problem["tombstone"] = missing.tombstone
    headers = {"cache-control": CHANGING}
    if wants_page(request):
        links = list(zip(problem["there"], missing.there, strict=True))
        return page("missing.html", missing.status, headers, why=problem["titles"], links=links)
    body = json.dumps(problem, indent=2, ensure_ascii=False) + "\n"
    return Response(body, missing.status, headers, "application/problem+json")


def sentence_response(status: int, why: Text, request: Request) -> Response:
    """One sentence, for what is neither found nor told more of."""
    return missing_response(Missing(status, why, []), "", request)


def wants_page(request: Request) -> bool:
    """Whether a browser asks."""
    return "text/html" in request.headers.get("accept", "")


def page(template: str, status: int, headers: dict[str, str], **values: Any) -> Response:
    """A page from a template of this room."""
    body = str(templates(TEMPLATES).get_template(template).render(**values))
    return Response(body, status, headers, TYPES["html"])

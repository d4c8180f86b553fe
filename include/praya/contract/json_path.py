"""JSON paths, the part of RFC 9535 that names one place: `dtstart[0]`, `$.a.b`, `$."Estate Name".en`."""

from __future__ import annotations

import re

from praya.text.outside import quote

PLAIN = re.compile(r"[A-Za-z_]\w*(\[\d+\]|\.[A-Za-z_]\w*)*")
COMPONENT = re.compile(r'\.([A-Za-z_]\w*)|\."((?:[^"\\]|\\.)+)"|\[(\d+)\]')

JsonPath = tuple[str | int, ...]


def parse_json_path(source: str) -> JsonPath:
    """The keys and indexes that `source` leads through; a name that is no path is one key.

    Raises ValueError where it begins with `$` and is not the path of one place.
    """
    if not source.startswith("$"):
        if not PLAIN.fullmatch(source):
            return (source,)
        source = f"$.{source}"
    steps: list[str | int] = []
    at = 1
    while at < len(source):
        match = COMPONENT.match(source, at)
        if match is None:
            raise ValueError(
                f"'{quote(source)}' is not a JSON path of one place: expected .name, .\"name\" or [number] "
                f"at character {at + 1}"
            )
        plain, quoted, index = match.groups()
        steps.append(int(index) if index else plain or re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
    return tuple(steps)


def format_json_path(path: JsonPath) -> str:
    """The path in its usual spelling, beginning with `$`."""
    return "$" + "".join(map(_component, path))


def _component(part: str | int) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    quoted = part.replace("\\", "\\\\").replace('"', '\\"')
    return f".{part}" if re.fullmatch(r"[A-Za-z_]\w*", part) else f'."{quoted}"'

"""Texts of a real release, cut at everything that is another in another release: names, moments, numbers, hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

HASH = rb"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"


@dataclass(frozen=True)
class TemplateText:
    """The pieces of a text; every second one, from index 1, is a token."""

    pieces: tuple[bytes, ...]

    def fill(self, tokens: Mapping[bytes, bytes]) -> bytes:
        """The text with other tokens; one that `tokens` does not have stays."""
        pieces = list(self.pieces)
        pieces[1::2] = [tokens.get(token, token) for token in pieces[1::2]]
        return b"".join(pieces)


class TextCutter:
    """Cuts texts at every SHA-256 and at these tokens; a token of digits and dots is a number by itself."""

    def __init__(self, tokens: Iterable[bytes]) -> None:
        ordered = sorted(tokens, key=len, reverse=True)
        words = [
            rb"(?<![\d.])" + re.escape(token) + rb"(?![\d.])"
            if re.fullmatch(rb"[\d.]+", token)
            else re.escape(token)
            for token in ordered
        ]
        self._pattern = re.compile(b"(" + b"|".join([*words, HASH]) + b")")

    def cut(self, text: bytes) -> TemplateText:
        """The text in pieces."""
        return TemplateText(tuple(self._pattern.split(text)))

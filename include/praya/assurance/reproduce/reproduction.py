"""What is said of a reproduction, and whether everything that was made again is the same."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Told:
    """Sentences in their order; `same` is false once something differed."""

    sentences: list[str] = field(default_factory=list)
    same: bool = True

    def say(self, sentence: str) -> None:
        self.sentences.append(sentence)

    def differ(self, sentence: str) -> None:
        self.sentences.append(sentence)
        self.same = False

    def add(self, other: Told) -> None:
        self.sentences += other.sentences
        self.same &= other.same

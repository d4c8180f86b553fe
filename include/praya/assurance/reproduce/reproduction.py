"""What is said of a reproduction, and whether everything that was made again is the same."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Reproduction:
    """Sentences in their order; `same` is false once something differed."""

    messages: list[str] = field(default_factory=list)
    same: bool = True

    def say(self, sentence: str) -> None:
        self.messages.append(sentence)

    def differ(self, sentence: str) -> None:
        self.messages.append(sentence)
        self.same = False

    def add(self, other: Reproduction) -> None:
        self.messages += other.messages
        self.same &= other.same

"""The chain of the ledger's lines, each held against its own hash and the line before."""

from __future__ import annotations

from pathlib import Path

import msgspec

from praya.ledger.line import GENESIS, LedgerLine, hash_of, parsed, written
from praya.ledger.line_fields import has_own_hash


class ChainCheck:
    """Takes the lines in their order; `problems` has what is wrong with the chain, a sentence each."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        self._prev, self._number = GENESIS, 0

    def take(self, raw: bytes) -> LedgerLine:
        """The next line, given with its line end; IntegrityError where it is none."""
        self._number += 1
        fast = read_canonical(raw)
        line = fast or parsed(self.path, self._number, raw)
        where = f"{self.path}:{self._number}"
        if line.number != self._number:
            self.problems.append(f"{where}: is numbered {line.number}: a line was removed or added")
        if line.prev != self._prev:
            self.problems.append(
                f"{where}: does not follow from the line before it: a line was changed, removed or added"
            )
        # Other bytes of the same meaning would hash alike: spaces, or a key given twice.
        if fast is None and (raw != written(line) or line.hash != hash_of(line)):
            self.problems.append(f"{where}: its hash is not that of its content: the line was changed")
        self._prev = line.hash
        return line


def read_canonical(raw: bytes) -> LedgerLine | None:
    """The line in `raw` where that is its one form, and it has its own hash. None where it is not, and where a fast
    reader cannot say: it writes numbers with a fraction otherwise than `canonical`."""
    try:
        content = DECODER.decode(raw)
        line = LedgerLine(**content)
        same = ENCODER.encode(content) == raw[:-1]
    except (ValueError, TypeError, msgspec.MsgspecError):
        return None
    return line if same and has_own_hash(raw) else None


def _refuse(number: str) -> float:
    raise ValueError(number)


DECODER = msgspec.json.Decoder(float_hook=_refuse)
ENCODER = msgspec.json.Encoder(order="sorted")

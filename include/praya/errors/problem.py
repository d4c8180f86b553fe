"""One problem of a file that people write: `file:line: key: what`, with its code."""

from __future__ import annotations

from praya.errors.error_code import Code
from praya.text.outside import clean


class FileProblem(str):
    """The text of a problem, hidden characters and secrets in it masked; `code` is its kind."""

    code: Code

    def __new__(cls, code: Code, text: str) -> FileProblem:
        problem = super().__new__(cls, clean(text))
        problem.code = code
        return problem

    def __getnewargs__(self) -> tuple[Code, str]:  # type: ignore[override]
        """What pickle and copy make it from."""
        return self.code, str(self)

    @property
    def with_code(self) -> str:
        """The text behind its code, as people see it."""
        return f"{self.code}: {self}"


def restore_problem(code: Code, text: str) -> FileProblem:
    """A problem that was written down with its code, as it was."""
    return FileProblem(code, text)

"""Errors for the person who has to act: a code, and a message that says what happened, where, and what to do."""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any, TypeVar

from praya.errors.codes import contract_codes as of_contracts
from praya.errors.error_code import Code
from praya.errors.problem import FileProblem
from praya.text.outside import clean


class PrayaError(Exception):
    """Anything Praya stops for on purpose. `code` is its kind; its text is the message, shown as it is written.

    Hidden characters and secrets in it are masked here. What comes from outside goes into it by
    `praya.text.outside.quote`.
    """

    def __init__(self, code: Code, message: str = "") -> None:
        self.code = code
        super().__init__(clean(message))

    def __reduce__(self) -> tuple[Any, ...]:
        """As it is, for pickle and copy: classes take other arguments than the message that `args` holds."""
        return copyreg.__newobj__, (type(self), *self.args), dict(self.__dict__)  # type: ignore[attr-defined]

    @property
    def with_code(self) -> str:
        """The message behind its code, as people see it."""
        return f"{self.code}: {self}"


E = TypeVar("E", bound=PrayaError)


def put_code_first(error: E) -> E:
    """Make the code a part of the text, for programs that show the text of an error and nothing else; once only."""
    error.args = (error.with_code,)
    return error


class ContractError(PrayaError):
    """One or more contracts, registers or suites are wrong; `problems` holds every one of them, each with its code.

    The code is that of all problems, or `SEVERAL_KINDS` where they differ.
    """

    def __init__(self, problems: Sequence[FileProblem]) -> None:
        self.problems = list(problems)
        kinds = {problem.code for problem in problems}
        code = kinds.pop() if len(kinds) == 1 else of_contracts.SEVERAL_KINDS
        super().__init__(code, "\n".join(self.problems))

    @property
    def with_code(self) -> str:
        """Every problem behind its own code, a line each."""
        return "\n".join(problem.with_code for problem in self.problems)


class ExtensionError(PrayaError):
    """What another package adds to Praya cannot be taken."""


class SourceError(PrayaError):
    """A source could not be collected; the last good snapshot stays."""


class SourceUnavailable(SourceError):
    """A source did not answer as it should, also when asked again; it may another time."""


class AddressRefused(SourceError):
    """An address is none that may be asked; its text says why, and who catches it says which address it was."""


class StageError(PrayaError):
    """A snapshot could not be typed within what its contract allows."""


class ValidationFailed(PrayaError):
    """A critical expectation failed: the data is bad, and its release is blocked."""


class EngineError(PrayaError):
    """The checker itself failed; nothing is said about the data, and its release is blocked."""


class PackageMissing(PrayaError):
    """A setting needs a package that is not installed; the text says how to install it."""


class PersonUnknown(PrayaError):
    """Something goes on record only with the name of a person, and this is none."""


class MonthIncomplete(PrayaError):
    """A month of records cannot take the place of what counts: one of its tables is not accepted."""


class MeasureError(PrayaError):
    """A metric's SQL is wrong, or cannot run on the tables as they are."""


class DisclosureError(PrayaError):
    """Something tried to pass disclosure control without going through it."""


class FormatError(PrayaError):
    """A format that the contract asks for cannot hold what the table holds."""


class HarvestError(PrayaError):
    """A harvest file is not what the portal takes, or would delete a dataset there unasked; the last one stays."""


class ReleaseHeld(PrayaError):
    """A release is ready but its release time has not come; `due` is when (UTC)."""

    def __init__(self, code: Code, message: str, due: object) -> None:
        self.due = due
        super().__init__(code, message)


class ReleaseRefused(PrayaError):
    """A release would break its readers, go out on an old verdict, or bring back what was taken back."""


class NotKnown(PrayaError):
    """What is asked for as of a day was not there then, or has been withdrawn since."""


class CloseRefused(PrayaError):
    """A month cannot be closed: it is not over, or a report of it cannot be made."""


class DownloadsRefused(PrayaError):
    """Downloads of a month cannot be counted: it is not over, or its logs are not there or cannot be read."""


class ReportError(PrayaError):
    """A report cannot be made: figures are missing, disagree, or are of a kind that it must not show."""


class IntegrityError(PrayaError):
    """Stored bytes do not agree with what the ledger, a manifest or a name says of them."""


class UnfinishedRun(PrayaError):
    """A run of Airflow ended without its work: something failed, was skipped by nobody's decision, or is not stored."""


class Crash(PrayaError):
    """An error that nobody foresaw, described without the values that it met."""


class StoreUnusable(PrayaError):
    """The machine does not let the store be written: its disk is full, or it may only be read."""


class StoreBusy(PrayaError):
    """Another process holds a lock of the store for longer than is reasonable."""

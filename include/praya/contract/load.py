"""Reading YAML with every error at once: file, line, key, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from praya.contract.base import Keys, Model, Problem, apply_rule
from praya.contract.code_list import CodeList
from praya.contract.coded import fill_codes
from praya.contract.description import Lines, describe_problem, describe_unread, dotted
from praya.contract.model import Contract
from praya.contract.parsed import Parsed, check_together
from praya.contract.partly import parse_partly, problems_inside
from praya.contract.policy import Policy
from praya.contract.rules import file_rules
from praya.errors import Code, ContractError, ExtensionError, FileProblem, codes
from praya.project import Project
from praya.text.names import is_name
from praya.text.outside import describe_crash, quote

# libyaml's loader: hundreds of files in a DAG parse would otherwise cost seconds.
from yaml import CSafeLoader  # isort: skip

M = TypeVar("M", bound=Model)

MOST_NODES = 200_000
MOST_DEPTH, MOST_UNSEEN = 100, 900


def load_policy(path: Path) -> Policy:
    """The policy in `path`; raises ContractError with every problem."""
    if not path.is_file():
        raise _contract_error(
            codes.contract.POLICY_MISSING, f"{path}:1: is not there; without a policy no contract is loaded"
        )
    return load_model(path, Policy)


def load_code_list(path: Path) -> CodeList:
    """The code list in one file; raises ContractError with every problem."""
    parsed = _parse(path, CodeList)
    return parsed.whole(apply_rule(file_rules.check_list, parsed.model, path))


def load_contract(path: Path, project: Project) -> Contract:
    """The contract in one file, held against the project's policy, with its codes from the project's code lists.

    Raises ContractError with every problem, each `file:line: key: what`.
    """
    return parse_contract(path, load_policy(project.policy_file), Lists(project.code_lists)).whole()


def find_contract(dataset: str, project: Project) -> Contract:
    """The contract of a dataset of the project. Raises ContractError with every problem, and where there is none."""
    for path in sorted(project.contracts.glob(f"*/{dataset}.yaml")):
        return load_contract(path, project)
    raise _contract_error(
        codes.contract.FILE_NOT_READABLE, f"{project.contracts}: has no contract of '{quote(dataset)}'"
    )


def parse_contract(path: Path, policy: Policy, lists: Lists) -> Parsed[Contract]:
    """The contract in one file as far as it could be read, with all that is wrong in it."""
    parsed = _parse(path, Contract, lists)
    contract = parsed.model
    return parsed.with_problems(
        apply_rule(file_rules.check_policy, contract, policy),
        apply_rule(file_rules.check_dataset, contract, path),
        apply_rule(file_rules.check_provider, contract, path),
    )


def read_contracts(project: Project) -> tuple[list[Contract], list[FileProblem]]:
    """All contracts of the project sorted by dataset, and every problem of the files that are wrong.

    Where the policy is wrong there are no contracts, for none can be held against it.
    """
    try:
        policy = load_policy(project.policy_file)
    except ContractError as error:
        return [], error.problems
    folder, lists = project.contracts, Lists(project.code_lists)
    strays = {*folder.rglob("*.yaml"), *folder.rglob("*.yml")} - set(folder.glob("*/*.yaml"))
    problems = [
        FileProblem(
            codes.contract.NAME_DIFFERS_FROM_PATH,
            f"{path}:1: is not where a contract is read; expected {folder}/<provider>/<dataset>.yaml",
        )
        for path in sorted(strays)
    ]
    parsed: list[Parsed[Contract]] = []
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            parsed.append(parse_contract(path, policy, lists))
        except ContractError as error:
            problems += error.problems
        except ExtensionError:
            raise  # no contract can be read
        except Exception as error:
            # Whatever it is, the other datasets are not to stop for it.
            said = f"{path}:1: cannot be checked; please report it. {describe_crash(error)}"
            problems.append(FileProblem(codes.contract.NOT_CHECKED, said))
    contracts, joint = check_together(parsed, folder)
    return [contracts[name] for name in sorted(contracts)], problems + joint


def without_labels(project: Project, contracts: list[Contract]) -> Iterator[FileProblem]:
    """A problem, `file:line: key: what`, for each released field whose codes have no labels."""
    for contract in contracts:
        path = project.contracts / contract.provider / f"{contract.dataset}.yaml"
        for number, field in enumerate(contract.fields):
            if contract.released and field.type == "string" and field.constraints.enum and not field.codes:
                sentence = (
                    f"the codes of {field.name} have no labels; name their list with `codes`, and write it into "
                    f"{project.code_lists} where there is none"
                )
                at = ("schema", "fields", number, "constraints", "enum")
                yield describe_problem(
                    path, _read(path)[1], Problem(at, sentence, codes.contract.LABELS_MISSING)
                )


def load_contracts(project: Project) -> list[Contract]:
    """All contracts of the project, sorted by dataset; raises ContractError with every problem of every file."""
    contracts, problems = read_contracts(project)
    if problems:
        raise ContractError(problems)
    return contracts


def load_model(path: Path, model: type[M]) -> M:
    """One YAML file as a pydantic model; raises ContractError with every problem."""
    return parse_model(path, model).whole()


def parse_model(path: Path, model: type[M]) -> Parsed[M]:
    """One YAML file as far as it could be read, with all that is wrong in it."""
    return _parse(path, model)


class Lists:
    """The code lists of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, CodeList] = {}
        self._codes: dict[tuple[str, tuple[str, ...] | None, tuple[str, ...]], dict[str, Any]] = {}

    def get(self, name: str) -> CodeList:
        """The list of that name; raises ContractError where there is none, or its file is wrong."""
        if name not in self._read:
            path = self.folder / f"{name}.yaml"
            if not is_name(name) or not path.is_file():
                raise _contract_error(
                    codes.contract.CODE_LIST_NOT_USABLE,
                    f"there is no code list '{quote(name)}' in {self.folder}",
                )
            self._read[name] = load_code_list(path)
        return self._read[name]

    def codes_of(self, listed: CodeList, enum: list[str] | None, also: list[str]) -> dict[str, Any]:
        """The codes of a field as a contract has them; many fields take the same."""
        key = (listed.list_, None if enum is None else tuple(enum), tuple(also))
        if key not in self._codes:
            codes = listed.of_field(enum, also)
            self._codes[key] = codes.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return self._codes[key]


def _parse(path: Path, model: type[M], lists: Lists | None = None) -> Parsed[M]:
    data, lines = _read(path)
    problems = [*fill_codes(data, lists)] if lists else []
    try:
        return Parsed(path, lines, model.model_validate(data), problems)
    except ValidationError as error:
        part = parse_partly(model, data)
        return Parsed(
            path, lines, part, [*problems, *describe_unread(error.errors()), *problems_inside(part)]
        )


def _contract_error(code: Code, text: str) -> ContractError:
    """The error of a file with one problem."""
    return ContractError([FileProblem(code, text)])


def _read(path: Path) -> tuple[Any, Lines]:
    if not path.is_file():  # a pipe would be waited for
        raise _contract_error(codes.contract.FILE_NOT_READABLE, f"{path}:1: is no file that can be read")
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        said = f"{path}:1: cannot be read: {quote(error.strerror)}"
        raise _contract_error(codes.contract.FILE_NOT_READABLE, said) from error
    except UnicodeDecodeError as error:
        said = f"{path}:1: is not UTF-8 ({quote(error, 120)}); save it as UTF-8"
        raise _contract_error(codes.contract.FILE_NOT_READABLE, said) from error
    _check_depth(path, text)
    loader = CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise _contract_error(
                codes.contract.NOT_YAML, f"{path}:1: is empty; expected a contract (see contract.schema.json)"
            )
        if (size := _size(node, {}, set())) > MOST_NODES:
            raise _contract_error(
                codes.contract.NOT_YAML,
                f"{path}:1: is {size:,} values when its aliases (*name) are written out; at most {MOST_NODES:,} "
                "are read",
            )
        lines: Lines = {}
        twice = list(_walk(node, (), lines))
        if twice:
            raise ContractError(
                [
                    FileProblem(
                        codes.contract.KEY_REPEATED,
                        f"{path}:{line}: {dotted(where)}: is there twice; keep one",
                    )
                    for where, line in twice
                ]
            )
        return loader.construct_document(node), lines
    except ValueError as error:
        said = f"{path}:1: holds a value that YAML cannot read: {quote(error, 120)}; put it in quotes"
        raise _contract_error(codes.contract.NOT_YAML, said) from error
    except RecursionError as error:
        raise _contract_error(
            codes.contract.NOT_YAML, f"{path}:1: is nested too deeply to be read"
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        said = f"{path}:{line}: is not YAML: {quote(getattr(error, 'problem', None) or error, 200)}"
        raise _contract_error(codes.contract.NOT_YAML, said) from error
    finally:
        loader.dispose()


def lines_of(path: Path) -> Lines:
    """The line of each key of a YAML or JSON file; of one that YAML cannot read, that of the whole."""
    text, lines = path.read_text("utf-8-sig"), Lines()
    try:
        _check_depth(path, text)
        node = yaml.compose(text, Loader=CSafeLoader)
        for _ in _walk(node, (), lines) if node else ():
            pass  # a key that is there twice, of which JSON takes the last
    except (ContractError, yaml.YAMLError, ValueError, RecursionError):
        return {(): 1}
    return lines or {(): 1}


def _check_depth(path: Path, text: str) -> None:
    """Raise ContractError for a file so deep that libyaml, which goes down in C, would end the process and with it all
    other contracts. A level takes a bracket, or at least a character of a line: few files have to be looked at."""
    longest = max(map(len, text.splitlines()), default=0)
    if text.count("[") + text.count("{") + longest <= MOST_UNSEEN:
        return
    depth = 0
    try:
        for event in yaml.parse(text, Loader=CSafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MOST_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise _contract_error(
                    codes.contract.NOT_YAML,
                    f"{path}:{line}: is nested too deeply to be read; at most {MOST_DEPTH} levels are",
                )
    except (yaml.YAMLError, ValueError):
        return  # which the reader says with its line


def _size(node: yaml.Node, known: dict[int, int], above: set[int]) -> int:
    """How many values a node is when aliases are written out: a few lines of them can stand for more than memory holds.

    Raises ValueError for an alias of what it is a part of.
    """
    if id(node) in above:
        raise ValueError("an alias (*name) of what it is a part of")
    if id(node) not in known and isinstance(node, yaml.CollectionNode):
        inner = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
        known[id(node)] = 1 + sum(_size(part, known, above | {id(node)}) for part in inner)
    return known.setdefault(id(node), 1)


def _walk(node: yaml.Node, where: Keys, lines: Lines) -> Iterator[tuple[Keys, int]]:
    """Fill `lines` with the line of every key and item; yield the keys that stand twice."""
    lines.setdefault(where, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            here = (*where, str(key.value))
            if here in seen:
                yield here, key.start_mark.line + 1
            seen.add(here)
            lines[here] = key.start_mark.line + 1
            yield from _walk(value, here, lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            yield from _walk(value, (*where, index), lines)

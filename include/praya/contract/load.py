"""Reading YAML with every error at once: file, line, key, and what was expected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from praya import paths
from praya.contract.code_list import CodeList
from praya.contract.model import Contract
from praya.contract.policy import Policy
from praya.errors import ContractError
from praya.text.names import is_name
from praya.text.outside import describe_crash, quote, quote_all

# libyaml's loader: hundreds of files in a DAG parse would otherwise cost seconds.
from yaml import CSafeLoader  # isort: skip

M = TypeVar("M", bound=BaseModel)
Lines = dict[tuple[str | int, ...], int]

MOST_NODES = 200_000
MOST_DEPTH, MOST_UNSEEN = 100, 900
BRANCHES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "date": "a date",
    "datetime": "a moment",
}


def load_policy(path: Path | None = None) -> Policy:
    """The policy in `path`, else the one in force (`paths.policy`); raises ContractError with every problem."""
    path = path or paths.policy()
    if not path.is_file():
        raise ContractError([f"{path}:1: is not there; without a policy no contract is loaded"])
    return load_model(path, Policy)


def load_code_list(path: Path) -> CodeList:
    """The code list in one file; raises ContractError with every problem."""
    listed = load_model(path, CodeList)
    if listed.list_ != path.stem:
        raise ContractError(
            [f"{path}:1: list: is '{quote(listed.list_)}'; expected the file's name, '{quote(path.stem)}'"]
        )
    return listed


def load_contract(path: Path, policy: Policy | None = None, lists: Lists | None = None) -> Contract:
    """The contract in one file, held against `policy` (else the one in force), with its codes from the code lists.

    Raises ContractError with every problem, each `file:line: key: what`.
    """
    contract, lines = _load(path, Contract, lists or Lists(paths.code_lists()))
    policy = policy or load_policy()
    problems = [
        f"{path}:{_line(lines, ('disclosure', key))}: disclosure.{key}: {what}"
        for key, what in policy.violations(contract.disclosure)
    ]
    if contract.dataset != path.stem:
        problems.append(
            f"{path}:1: dataset: is '{quote(contract.dataset)}'; expected the file's name, {path.stem!r}"
        )
    if contract.provider != path.parent.name:
        problems.append(
            f"{path}:1: provider: is '{quote(contract.provider)}'; expected the folder's name, {path.parent.name!r}"
        )
    if problems:
        raise ContractError(problems)
    return contract


def read_contracts(folder: Path) -> tuple[list[Contract], list[str]]:
    """All contracts below `folder` sorted by dataset, and every problem of the files that are wrong.

    Where the policy is wrong there are no contracts, for none can be held against it.
    """
    try:
        policy = load_policy()
    except ContractError as error:
        return [], error.problems
    contracts: dict[str, Contract] = {}
    lists = Lists(paths.code_lists())
    strays = {*folder.rglob("*.yaml"), *folder.rglob("*.yml")} - set(folder.glob("*/*.yaml"))
    problems = [
        f"{path}:1: is not where a contract is read; expected {folder}/<provider>/<dataset>.yaml"
        for path in sorted(strays)
    ]
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            contract = load_contract(path, policy, lists)
        except ContractError as error:
            problems += error.problems
            continue
        except Exception as error:
            # Whatever it is, the other datasets are not to stop for it.
            problems.append(f"{path}:1: cannot be checked; please report it. {describe_crash(error)}")
            continue
        if contract.dataset in contracts:
            problems.append(
                f"{path}:1: dataset: '{quote(contract.dataset)}' is there twice; expected a name of its own"
            )
            continue
        contracts[contract.dataset] = contract
    problems += list(_dangling(folder, contracts))
    problems += list(_taken(folder, contracts))
    return [contracts[name] for name in sorted(contracts)], problems


def without_labels(folder: Path, contracts: list[Contract]) -> Iterator[str]:
    """A problem, `file:line: key: what`, for each released field whose codes have no labels."""
    for contract in contracts:
        path = folder / contract.provider / f"{contract.dataset}.yaml"
        for number, field in enumerate(contract.fields):
            if contract.released and field.type == "string" and field.constraints.enum and not field.codes:
                at = ("schema", "fields", number, "constraints", "enum")
                _, lines = _read(path)
                yield (
                    f"{path}:{_line(lines, at)}: {_dotted(at)}: the codes of {field.name} have no labels; name their "
                    f"list with `codes`, and write it into {paths.code_lists()} where there is none"
                )


def load_contracts(folder: Path) -> list[Contract]:
    """All contracts below `folder`, sorted by dataset; raises ContractError with every problem of every file."""
    contracts, problems = read_contracts(folder)
    if problems:
        raise ContractError(problems)
    return contracts


def load_model(path: Path, model: type[M]) -> M:
    """One YAML file as a pydantic model; raises ContractError with every problem."""
    return _load(path, model)[0]


class Lists:
    """The code lists of a folder, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read: dict[str, CodeList] = {}

    def get(self, name: str) -> CodeList:
        """The list of that name; raises ContractError where there is none, or its file is wrong."""
        if name not in self._read:
            path = self.folder / f"{name}.yaml"
            if not is_name(name) or not path.is_file():
                raise ContractError([f"there is no code list '{quote(name)}' in {self.folder}"])
            self._read[name] = load_code_list(path)
        return self._read[name]


def _load(path: Path, model: type[M], lists: Lists | None = None) -> tuple[M, Lines]:
    """The model, and the line of every key of the file."""
    data, lines = _read(path)
    problems = _fill_codes(path, data, lines, lists) if lists else []
    try:
        loaded = model.model_validate(data)
    except ValidationError as error:
        raise ContractError([*problems, *_sentences(path, lines, error.errors())]) from error
    if problems:
        raise ContractError(problems)
    return loaded, lines


def _fill_codes(path: Path, data: Any, lines: Lines, lists: Lists) -> list[str]:
    """Put the codes that fields name into `data`, in place of the names of their lists; gives what is wrong with them.

    What has not the shape of a contract is left to the model.
    """
    schema = data.get("schema") if isinstance(data, dict) else None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    problems = []
    for number, field in enumerate(fields if isinstance(fields, list) else []):
        if not isinstance(field, dict) or "codes" not in field:
            continue
        try:
            _fill_field(field, lists)
        except (ContractError, ValueError) as error:
            del field["codes"]
            at = ("schema", "fields", number, "codes")
            said = error.problems if isinstance(error, ContractError) else [quote(error, 300)]
            problems += [f"{path}:{_line(lines, at)}: {_dotted(at)}: {each}" for each in said]
    return problems


def _fill_field(field: dict[Any, Any], lists: Lists) -> None:
    named = field["codes"] if isinstance(field["codes"], dict) else {"list": field["codes"]}
    also, constraints = named.get("also", []), field.get("constraints", {})
    texts = [named.get("list"), *(also if isinstance(also, list) else [None])]
    if {*named} - {"list", "also"} or not all(isinstance(each, str) for each in texts):
        raise ValueError("expected the name of a code list, or {list: its name, also: [special codes]}")
    enum = constraints.get("enum") if isinstance(constraints, dict) else None
    if enum is not None and not (isinstance(enum, list) and all(isinstance(each, str) for each in enum)):
        return  # the model says what is wrong with it
    listed = lists.get(named["list"])
    try:
        codes = listed.of_field(enum, also)
    except ValueError as error:
        raise ValueError(f"the code list {listed.list_} {quote(error, 200)}; add it there") from error
    field["codes"] = codes.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(constraints, dict):
        field["constraints"] = constraints | {"enum": [one.code for one in codes.codes]}


def _dangling(folder: Path, contracts: dict[str, Contract]) -> Iterator[str]:
    for contract in contracts.values():
        for key in contract.schema_.foreign_keys:
            other = key.reference.resource or contract.dataset
            path = folder / contract.provider / f"{contract.dataset}.yaml"
            if other not in contracts:
                if any(folder.glob(f"*/{other}.yaml")):
                    continue  # it is there and wrong, which is a problem of its own
                yield f"{path}:1: schema.foreignKeys: there is no dataset '{quote(other)}'; expected that of a contract"
                continue
            known = {field.name for field in contracts[other].fields}
            if missing := sorted(set(key.reference.fields) - known):
                yield f"{path}:1: schema.foreignKeys: {other} has no field {quote_all(missing)}"


def _taken(folder: Path, contracts: dict[str, Contract]) -> Iterator[str]:
    """Aliases that are another dataset's id or alias: an address leads to one place."""
    seen = dict.fromkeys(contracts, "a dataset's id")
    for contract in contracts.values():
        for alias in contract.aliases:
            if alias in seen:
                path = folder / contract.provider / f"{contract.dataset}.yaml"
                yield f"{path}:1: aliases: '{quote(alias)}' is {seen[alias]}; expected an id that nobody else has"
            seen[alias] = f"an alias of {contract.dataset}"


def _read(path: Path) -> tuple[Any, Lines]:
    if not path.is_file():  # a pipe would be waited for
        raise ContractError([f"{path}:1: is no file that can be read"])
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ContractError([f"{path}:1: cannot be read: {quote(error.strerror)}"]) from error
    except UnicodeDecodeError as error:
        raise ContractError([f"{path}:1: is not UTF-8 ({quote(error, 120)}); save it as UTF-8"]) from error
    _check_depth(path, text)
    loader = CSafeLoader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            raise ContractError([f"{path}:1: is empty; expected a contract (see contract.schema.json)"])
        if (size := _size(node, {}, set())) > MOST_NODES:
            raise ContractError(
                [
                    f"{path}:1: is {size:,} values when its aliases (*name) are written out; at most {MOST_NODES:,} "
                    "are read"
                ]
            )
        lines: Lines = {}
        twice = list(_walk(node, (), lines))
        if twice:
            raise ContractError(
                [f"{path}:{line}: {_dotted(where)}: is there twice; keep one" for where, line in twice]
            )
        return loader.construct_document(node), lines
    except ValueError as error:
        raise ContractError(
            [f"{path}:1: holds a value that YAML cannot read: {quote(error, 120)}; put it in quotes"]
        ) from error
    except RecursionError as error:
        raise ContractError([f"{path}:1: is nested too deeply to be read"]) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ContractError(
            [f"{path}:{line}: is not YAML: {quote(getattr(error, 'problem', None) or error, 200)}"]
        ) from error
    finally:
        loader.dispose()


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
                raise ContractError(
                    [f"{path}:{line}: is nested too deeply to be read; at most {MOST_DEPTH} levels are"]
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
        inner = [part for one in node.value for part in (one if isinstance(one, tuple) else (one,))]
        known[id(node)] = 1 + sum(_size(part, known, above | {id(node)}) for part in inner)
    return known.setdefault(id(node), 1)


def _walk(
    node: yaml.Node, where: tuple[str | int, ...], lines: Lines
) -> Iterator[tuple[tuple[str | int, ...], int]]:
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


def _sentences(path: Path, lines: Lines, problems: list[Any]) -> Iterator[str]:
    """A sentence a problem; where a value could be of several types, one for all that were tried."""
    tried: dict[tuple[str | int, ...], list[str]] = {}
    for problem in problems:
        *location, branch = problem["loc"] or ("",)
        if branch in BRANCHES and problem["type"] != "missing":
            tried.setdefault(tuple(location), []).append(BRANCHES[branch])
    for problem in problems:
        *location, branch = problem["loc"] or ("",)
        words = tried.get(tuple(location), [])
        if branch not in BRANCHES or len(words) == 1:
            yield _sentence(path, lines, problem)
        elif words:
            del tried[tuple(location)]
            either = f"expected {', '.join(words[:-1])} or {words[-1]}"
            yield _sentence(path, lines, problem | {"type": "union", "msg": either})


def _sentence(path: Path, lines: Lines, problem: Any) -> str:
    location = tuple(part for part in problem["loc"] if not _is_branch(part))
    kind, message = problem["type"], problem["msg"]
    if kind == "missing":
        expected = "is missing; expected it here"
    elif kind == "extra_forbidden":
        expected = (
            "is not a key that is known here; the JSON Schema at the head of the file has those that are"
        )
    else:
        expected = f"is {_given(problem['input'])}; {quote(message[0].lower() + message[1:], 600)}".replace(
            "value error, ", ""
        )
    return f"{path}:{_line(lines, location)}: {_dotted(location) or 'contract'}: {expected}"


def _given(value: object) -> str:
    """What stands in a file, with quotation marks where it is text."""
    return f"'{quote(value)}'" if isinstance(value, str) else quote(value)


def _line(lines: Lines, location: tuple[str | int, ...]) -> int:
    """The line of a key; of one that is not there, that of what it would stand in."""
    while location not in lines:
        location = location[:-1]
    return lines[location]


def _is_branch(part: object) -> bool:
    """pydantic names the member of a union that it tried; that is no key of the file."""
    return isinstance(part, str) and part in BRANCHES


def _dotted(location: tuple[str | int, ...]) -> str:
    text = ""
    for part in (one if isinstance(one, int) else quote(one) for one in location):
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text

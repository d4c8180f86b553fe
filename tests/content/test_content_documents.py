"""An independent reading: every figure of the documents' tables is in the source files, and no other is."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from made.tables import INCLUDE, SHARED, records
from praya.contract import Contract

ESTIMATES = SHARED / "seeds" / "003_3754639b99c2db9d.txt"
FACT_SHEET = SHARED / "seeds" / "002_b0488326b70abd0c.txt"

COLUMNS = [("2022-23", "actual"), ("2023-24", "original"), ("2023-24", "revised"), ("2024-25", "estimate")]
Lines = list[tuple[int, list[str]]]


def _text(file: Path) -> str:
    if not file.exists():
        pytest.skip(f"the source document is not here: {file}")
    return file.read_text("utf-8").replace("\\$", "$")


@pytest.fixture(scope="module")
def text() -> str:
    return _text(ESTIMATES)


@pytest.fixture(scope="module")
def lines(text: str) -> Lines:
    """The tables' lines, number and cells, without mark-up and leaders."""
    plain = re.sub(r"</?\w+>", "", text)
    return [
        (number, [re.sub(r"\.{3,}", "", cell).strip() for cell in line.split("\t")])
        for number, line in enumerate(plain.splitlines())
        if "\t" in line
    ]


def _number(cell: str) -> Decimal:
    """The figure of a cell, without its marks and without the change in brackets."""
    return Decimal(re.sub(r"[\s^Ψ‡,]|\(.*\)", "", cell))


def _percent(cell: str) -> Decimal | None:
    found = re.search(r"\((?:or )?([+–][\d.]+)%", cell)
    if found:
        return Decimal(found[1].replace("–", "-"))
    return Decimal(0) if "(—)" in cell else None


def _provision_rows(lines: Lines) -> list[tuple[str, int, list[str], Decimal | None]]:
    """Programme (or total), place, the four cells, and the change on the original printed below."""
    rows, programme = [], 0
    for index, (_, cells) in enumerate(lines):
        below = lines[index + 1][1] if index + 1 < len(lines) else []
        change = _percent(below[-1]) if below and below[-1].startswith("(or ") else None
        if cells[0].startswith("Financial provision"):
            programme += 1
            rows.append((str(programme), index, cells[1:], change))
        elif found := re.match(r"\((\d)\) ", cells[0]):
            rows.append((found[1], index, cells[1:], change))
        elif change is not None:
            rows.append(("total", index, cells[1:], change))
    return rows


def test_provisions(lines: Lines) -> None:
    rows = _provision_rows(lines)
    assert [row[0] for row in rows] == ["1", "2", "3", "1", "2", "3", "total"]
    printed = {}
    for programme, _, cells, _ in rows:
        for column, cell in zip(COLUMNS, cells, strict=True):
            assert printed.setdefault((programme, *column), _number(cell)) == _number(cell)
    ours = {
        (r["Programme No."], r["Financial Year"], r["Stage"]): Decimal(r["Financial Provision ($m)"])
        for r in records("/head-135/provision.csv")
    }
    assert ours == printed
    assert len(ours) == 16


def test_printed_percentages(lines: Lines) -> None:
    on_previous, on_original = {}, {}
    for programme, _, cells, change in _provision_rows(lines):
        for (period, stage), cell in zip(COLUMNS, cells, strict=True):
            if (percent := _percent(cell)) is not None:
                on_previous[programme, period, stage] = percent
        if change is not None:
            on_original[programme, "2024-25", "estimate"] = change
    rows = records("/head-135/provision.csv")
    for column, printed in (
        ("Change on Previous Column (%)", on_previous),
        ("Change on Original (%)", on_original),
    ):
        ours = {
            (r["Programme No."], r["Financial Year"], r["Stage"]): Decimal(r[column])
            for r in rows
            if r[column]
        }
        assert ours == printed
    assert (len(on_previous), len(on_original)) == (8, 4)

    names = {"1": "programme-1", "2": "programme-2", "3": "programme-3", "total": "head-total"}
    changes = {
        (names[programme], "original" if stage == "revised" else "revised", period, stage): percent
        for (programme, period, stage), percent in on_previous.items()
    } | {
        (names[programme], "original", period, stage): percent
        for (programme, period, stage), percent in on_original.items()
    }
    ours = {
        (r["Subject"], r["From Stage"], r["To Year"], r["To Stage"]): Decimal(r["Change (%)"])
        for r in records("/head-135/changes.csv")
        if r["Printed In"] == "table"
    }
    assert ours == changes


def test_changes_in_words(text: str) -> None:
    pattern = (
        r"\$([\d.,]+)( million)?(?: \(([\d.]+)%\))? (?:higher than|over) the "
        r"(revised estimate|actual expenditure)"
    )
    stated = sorted(
        (Decimal(amount.replace(",", "")), "HKD million" if million else "HKD", percent, stage.split()[0])
        for amount, million, percent, stage in re.findall(pattern, text)
    )
    ours = sorted(
        (Decimal(r["Amount"]), r["Amount Unit"], r["Change (%)"], r["From Stage"])
        for r in records("/head-135/changes.csv")
        if r["Printed In"] == "text"
    )
    assert ours == stated
    assert len(ours) == 7


def _subhead_lines(lines: Lines) -> list[tuple[str, str, str, str, list[str]]]:
    """Account, category, subhead, title and the four cells."""
    account = category = ""
    rows = []
    for _, cells in lines:
        if found := re.fullmatch(r"(Operating|Capital) Account", cells[0]):
            account = found[1].lower()
        elif cells[0] in ("Recurrent", "Non-Recurrent", "Plant, Equipment and Works"):
            category = cells[0].lower()
        elif len(cells) == 6 and re.fullmatch(r"(\d{3})?", cells[0]) and re.fullmatch(r"[\d,]+", cells[2]):
            rows.append((account, category, cells[0], cells[1], cells[2:]))
    return rows


def test_expenditure_by_subhead(lines: Lines) -> None:
    printed = {}
    for account, category, subhead, title, cells in _subhead_lines(lines):
        of_account, of_head = title.endswith(" Account"), title == "Total Expenditure"
        place = ("" if of_head else account, "" if of_account or of_head else category)
        for column, cell in zip(COLUMNS, cells, strict=True):
            printed[(*place, subhead, title, *column)] = int(_number(cell))
    ours = {
        (r["Account"], r["Category"], r["Subhead"], r["Title"], r["Financial Year"], r["Stage"]): int(
            r["Amount ($'000)"].replace(",", "")
        )
        for r in records("/head-135/subheads.csv")
    }
    assert ours == printed
    assert len(ours) == 36


def test_operational_expenses(lines: Lines, text: str) -> None:
    first = text[: text.index("An analysis of the financial provision under")].count("\n")
    last = text[: text.index("Provision of $119,670,000")].count("\n")
    printed, group = {}, ""
    for number, cells in lines:
        if not first < number < last or "Actual" in cells[1]:
            continue
        if not cells[1]:
            group = cells[0].lower()
            continue
        title = cells[0].removeprefix("- ") or "Total"
        for column, cell in zip(COLUMNS, cells[1:], strict=True):
            printed["" if title == "Total" else group, title, *column] = int(_number(cell))
    ours = {
        (r["Group"], r["Title"], r["Financial Year"], r["Stage"]): int(r["Amount ($'000)"])
        for r in records("/head-135/operational-expenses.csv")
    }
    assert ours == printed
    assert len(ours) == 28


def test_commitments(lines: Lines) -> None:
    printed = {
        cells[1] or "total": (cells[2], [int(_number(cell)) for cell in cells[3:]])
        for _, cells in lines
        if len(cells) == 7 and re.fullmatch(r"[\d,]+", cells[3])
    }
    columns = [
        "Approved Commitment ($'000)",
        "Accumulated Expenditure to 31.3.2023 ($'000)",
        "Revised Estimated Expenditure for 2023-24 ($'000)",
        "Balance ($'000)",
    ]
    rows = records("/head-135/commitments.csv")
    assert {r["Item"]: (r["Title"], [int(r[column]) for column in columns]) for r in rows} == printed
    assert len(printed) == 2


def test_summary_and_posts(text: str) -> None:
    def stated(pattern: str) -> list[str]:
        found = re.search(pattern, text)
        assert found, pattern
        return [group.replace(",", "") for group in found.groups()]

    words = {"one": 1, "two": 2, "four": 4}
    estimate, balance = stated(r"Estimate 2024–25\t\$([\d.]+)m"), stated(r"Commitment balance\t\$([\d.]+)m")
    before, rise, after, ceiling = stated(
        r"an estimated (\d+) non-directorate posts as at 31 March 2024 rising by (\w+) posts to (\d+) posts "
        r"as at 31 March 2025\t\$([\d.]+)m"
    )
    (directorate,) = stated(
        r"an estimated (\d+) directorate posts as at 31 March 2024 and as at 31 March 2025"
    )
    (total,) = stated(r"establishment as at 31 March 2024 will be (\d+) posts")
    (net,) = stated(r"net increase of (\w+) posts in 2024–25")
    (exact,) = stated(r"must not exceed \$([\d,]+)")
    gains = re.findall(r"There will be an? (?:net )?increase of (\w+) posts? in 2024", text)
    printed = {
        ("posts-non-directorate", "2024-03-31"): float(before),
        ("posts-non-directorate", "2025-03-31"): float(after),
        ("posts-non-directorate-increase", "2024-25"): words[rise],
        ("posts-directorate", "2024-03-31"): float(directorate),
        ("posts-directorate", "2025-03-31"): float(directorate),
        ("posts-total", "2024-03-31"): float(total),
        ("posts-net-increase", "2024-25"): words[net],
        ("salary-ceiling", "2024-25"): float(exact),
        ("salary-ceiling-rounded", "2024-25"): float(ceiling),
    } | {
        (f"posts-increase-programme-{number}", "2024-25"): words[gain] for number, gain in enumerate(gains, 1)
    }
    ours = {(r["measure"], r["period"]): r["value"] for r in records("/head-135/establishment.json")}
    assert ours == printed
    assert len(ours) == 12

    head = [
        r
        for r in records("/head-135/provision.csv")
        if (r["Programme No."], r["Stage"]) == ("total", "estimate")
    ]
    assert [r["Financial Provision ($m)"] for r in head] == estimate
    assert [
        r["Balance in Summary ($m)"] for r in records("/head-135/commitments.csv") if r["Item"] == "total"
    ] == balance


def test_1823(lines: Lines, text: str) -> None:
    names = {
        "calls that": "calls-answered-within-12-seconds",
        "callers that": "enquiries-resolved-at-first-call",
        "customer satisfaction": "customer-satisfaction",
    }
    columns = [("2024", "target"), ("2022", "actual"), ("2023", "actual"), ("2024", "plan")]
    printed = {}
    for _, cells in lines:
        for start, name in names.items():
            if cells[0].startswith(start):
                printed |= {(name, *c, None): float(cell) for c, cell in zip(columns, cells[1:], strict=True)}
    volumes = re.search(
        r"In 2023, there were (\w+) ([\d ]+) calls and ([\d ]+) emails or other communications", text
    )
    departments = re.search(r"public enquiries for (\d+) departments", text)
    assert volumes and departments
    for name, figure in (("calls-received", volumes[2]), ("written-contacts-received", volumes[3])):
        printed[name, "2023", "actual", volumes[1]] = float(figure.replace(" ", ""))
    printed["departments-served", "2023", "actual", None] = float(departments[1])
    ours = {
        (r["measure"], r["period"], r["stage"], r["qualifier"]): r["value"]
        for r in records("/1823/performance-measures.json")
    }
    assert ours == printed
    assert len(ours) == 15


def test_no_line_of_a_table_is_left_unread(lines: Lines) -> None:
    """Every table line with a figure is one of those that the tests above read."""
    known = [
        r"Programme \(\d\) .*This programme contributes to Policy Area (17|27).*",
        r"(Estimate 2024–25|Establishment ceiling .*|Commitment balance)\|\$[\d.]+m",
        r"In addition, there will be an estimated 18 directorate posts.*",
        r"(Financial provision \(\$m\)|\(\d\) [^|]+|)"
        r"\|[\d.]+\s?[\^Ψ‡]*\|[\d.]+(\|[\d.]+( \([—+–\d.%]+\))?){2}",
        r"\|{4}\(or \+[\d.]+% on 2023–24 Original\)",
        r"(calls|callers|customer satisfaction) ?[^|]*(\|[\d.]+){4}",
        r"(\d{3})?\|[^|]+(\|[\d,]+){4}",
        r"(- [^|]+)?(\|[\d,]+){4}",
        r"\|(803)?\|[^|]+(\|[\d,]+){4}",
        r"700\|\|General non-recurrent\|+",
        r"(\||Sub- ?head \(Code\)).*(Actual|2023–24).*",
        r"\|+(\$'000\|?)+",
        r"\|Target\|2022 \(Actual\)\|2023 \(Actual\)\|2024 \(Plan\)",
    ]
    joined = ["|".join(cells) for _, cells in lines if any(re.search(r"\d", cell) for cell in cells)]
    assert [
        line for line in joined if not any(re.fullmatch(rf"(?:{pattern})\|*", line) for pattern in known)
    ] == []
    assert len(joined) > 40


def test_policy_areas(text: str) -> None:
    stated = re.findall(
        r"Programme \((\d)\) ([^\t]+)\tThis programme contributes to Policy Area (\d+): ([^(]+) \(", text
    )
    rows = records("/head-135/provision.csv")
    ours = {(r["Programme No."], r["Programme"], r["Policy Area No."], r["Policy Area"]) for r in rows}
    assert {row for row in ours if row[0] != "total"} == set(stated)


@pytest.mark.parametrize(
    ("metric", "pattern"),
    [
        ("itf-initial-injection", r"set up the ITF in 1999 with an injection of \$([\d.]+) billion"),
        ("itf-later-injections", r"injections totalling about \$([\d.]+) billion"),
        ("itf-funding-programmes", r"currently ([\d]+) programmes under the ITF"),
        ("itf-projects-approved", r"end of March 2022, ([\d ]+) projects with total ITF funding"),
        ("itf-funding-approved", r"total ITF funding of \$([\d.]+) billion were approved"),
        ("itf-rd-projects-approved", r"of which ([\d ]+) are R&D projects"),
        ("itf-rd-share-information-technology", r"information technology \((\d+)%\)"),
        ("itf-rd-share-electrical-and-electronics", r"electrical and electronics \((\d+)%\)"),
        ("itf-rd-share-manufacturing-technology", r"manufacturing technology \((\d+)%\)"),
        ("itf-rd-share-biotechnology", r"biotechnology \((\d+)%\)"),
    ],
)
def test_innovation_and_technology_fund(metric: str, pattern: str) -> None:
    stated = re.search(pattern, " ".join(_text(FACT_SHEET).split()))
    assert stated, pattern
    (ours,) = [r for r in records("/itf/figures.csv") if r["Metric"] == metric]
    assert Decimal(ours["Value"]) == Decimal(stated[1].replace(" ", ""))
    assert ours["Qualifier"] == ("about" if "about" in pattern else "")


def test_every_document_is_named_as_the_public_knows_it(contracts: dict[str, Contract]) -> None:
    """By a word for it and its title in three languages; no file name of ours is in data, SQL or contracts."""
    titles = {
        row["Document"]: (row["Title EN"], row["Title TC"]) for row in records("/programmes/documents.csv")
    }
    named = {
        field.codes.list_: {one.code: (one.label.en, one.label.zh_hant) for one in field.codes.codes}
        for contract in contracts.values()
        for field in contract.fields
        if field.name in ("source_document", "compared_document") and field.codes
        if contract.dataset != "1823-reconciliation"
    }
    assert named == {"source-documents": titles}
    places = ("sources", "metrics", "contracts")
    texts = {
        path: path.read_bytes() for place in places for path in (INCLUDE / place).rglob("*") if path.is_file()
    }
    assert len(texts) > 50
    assert [path for path, text in texts.items() if re.search(rb"\d{3}_[0-9a-f]{16}", text)] == []

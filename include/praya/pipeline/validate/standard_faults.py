"""Twenty standard faults as SQL, each a wrong copy of a good table: what happens to files between departments.

Each is put in once, where the table's shape says (shape.py), for all rows where a real one would hit all. The
sentences that say why one is left out are for people.
"""

from __future__ import annotations

from collections.abc import Callable

from praya.contract import Contract, Text
from praya.contract.rule_kind import rule_kinds
from praya.pipeline.validate.rule_specs import Fault, FieldRule, LeftOut
from praya.pipeline.validate.shape import GOOD, Shape
from praya.store.duck import identifier, literal


def _no_figures() -> LeftOut:
    return LeftOut("no column of figures", "沒有數字欄位")


def _no_times() -> LeftOut:
    return LeftOut("no days or moments", "沒有日期或時刻")


def _rows(condition: str) -> str:
    return f"select * exclude (_row) from {GOOD} where {condition}"


def _figure(shape: Shape) -> str:
    if shape.figure is None:
        raise _no_figures()
    return shape.figure


def _of_figure(expression: str) -> Callable[[Shape], str]:
    """The main figure as `expression` of `x`."""

    def inject(shape: Shape) -> str:
        name = _figure(shape)
        return shape.with_values({name: expression.replace("x", identifier(name))})

    return inject


def _swapped(shape: Shape) -> str:
    of_kind = [
        [name for name in several if shape.kinds[name] == shape.kinds[several[0]]]
        for several in (shape.figures, [name for name in shape.times if shape.clock(name)], shape.texts)
        if several
    ]
    for names in of_kind:
        if len(names) > 1:
            first, other = names[:2]
            return shape.with_values({first: identifier(other), other: identifier(first)})
    raise LeftOut("no two columns of one type", "沒有兩個同類型的欄位")


def _period_missing(shape: Shape) -> str:
    return _without_period(shape, (len(shape.periods) - 1) // 2)


def _stale(shape: Shape) -> str:
    return _without_period(shape, -1)


def _without_period(shape: Shape, which: int) -> str:
    if len(shape.periods) < 2:
        raise LeftOut("fewer than two periods", "時期少於兩個")
    return _rows(f"{shape.period}::varchar is distinct from {literal(shape.periods[which])}")


def _mojibake(shape: Shape) -> str:
    for name in shape.texts:
        text = identifier(name)
        if shape.holds(f"regexp_matches({text}, '[^\\x00-\\x7F]')"):
            bytes_ = f"regexp_extract_all(hex(encode({text})), '..')"
            wrong = f"list_transform({bytes_}, lambda byte: chr(('0x' || byte)::integer))"
            return shape.with_values({name: f"array_to_string({wrong}, '')"})
    raise LeftOut("no text outside ASCII", "文字全屬ASCII")


def _shifted(shape: Shape) -> str:
    if not shape.times:
        raise _no_times()
    return shape.with_values({name: _later(shape, name) for name in shape.times})


def _later(shape: Shape, name: str) -> str:
    """A day later; of years and of text that begins with one, a year."""
    time = identifier(name)
    if shape.clock(name):
        return f"{time} + interval 1 day"
    if shape.kinds[name] != "VARCHAR":
        return f"{time} + 1"
    year = f"left({time}, 4)::integer"
    two = f"regexp_full_match({time}, '\\d{{4}}-\\d\\d') and right({time}, 2)::integer = ({year} + 1) % 100"
    # 2023-24 is a financial year and becomes 2024-25.
    financial = f"({year} + 1) || '-' || lpad((({year} + 2) % 100)::varchar, 2, '0')"
    return (
        f"case when {two} then {financial} else replace({time}, left({time}, 4), ({year} + 1)::varchar) end"
    )


def _empty(shape: Shape) -> str:
    free = [field.name for field in shape.fields if field.name not in shape.contract.primary_key]
    name = shape.figure or next(iter(free), None)
    if name is None:
        raise LeftOut("every column is part of the key", "所有欄位均屬主鍵")
    return shape.with_values({name: "null"})


def _renamed(shape: Shape) -> str:
    if shape.category is None:
        raise LeftOut("no column of categories", "沒有類別欄位")
    name = identifier(shape.category)
    value = shape.read_value(f"select mode({name} order by {name}) from {GOOD}")
    renamed = f"case when {name} = {literal(value)} then {name} || ' (new)' else {name} end"
    return shape.with_values({shape.category: renamed})


def _truncated_figures(shape: Shape) -> str:
    for field in shape.fields:
        figure = identifier(field.name)
        if field.type == "number" and shape.holds(f"{figure} <> trunc({figure})"):
            return shape.with_values({field.name: f"trunc({figure})"})
    raise LeftOut("no figure has decimals", "數字沒有小數")


def _whitespace(shape: Shape) -> str:
    if not shape.texts:
        raise LeftOut("no text", "沒有文字")
    name = shape.texts[0]
    return shape.with_values({name: f"{identifier(name)} || if(_row % 2 = 1, ' ', '')"})


def _time_zone(shape: Shape) -> str:
    """Moments eight hours early. A day is midnight in Hong Kong, which in UTC is the day before."""
    values = {}
    for name in shape.times:
        if shape.clock(name):
            early = "1 day" if shape.kinds[name] == "DATE" else "8 hours"
            values[name] = f"{identifier(name)} - interval {early}"
    if not values:
        raise _no_times()
    return shape.with_values(values)


def _totals(shape: Shape) -> str:
    name = _figure(shape)
    figure = identifier(name)
    if shape.totals is None:
        raise LeftOut("no rows that sum up others", "沒有總計的行")
    last = f"(select max(_row) from {GOOD} where ({shape.totals}) and {figure} <> 0)"
    part = f"(select arg_min({figure}, _row) from {GOOD} where not ({shape.totals}) and {figure} <> 0)"
    return shape.with_values({name: f"if(_row = {last}, {figure} - {part}, {figure})"})


def _nulls_as_text(shape: Shape) -> str:
    gaps = [name for name in shape.texts if shape.holds(f"{identifier(name)} is null")]
    free = [name for name in shape.texts if name not in shape.contract.primary_key]
    if not gaps and not free:
        raise LeftOut("no text beside the key", "主鍵以外沒有文字")
    name = (gaps or free)[0]
    text = identifier(name)
    return shape.with_values({name: f"coalesce({text}, 'N/A')" if gaps else f"if(_row = 1, 'N/A', {text})"})


def _outlier(shape: Shape) -> str:
    figure = identifier(_figure(shape))
    middle = f"(select quantile_disc(_row, 0.5) from {GOOD} where {figure} <> 0)"
    return shape.with_values({_figure(shape): f"if(_row = {middle}, {figure} * 100, {figure})"})


def _shuffled(shape: Shape) -> str:
    figure = identifier(_figure(shape))
    last = f"first_value({figure}) over (order by _row)"
    moved = f"if(_row = {shape.rows}, {last}, lead({figure}) over (order by _row))"
    return shape.with_values({_figure(shape): moved})


def _fraction(shape: Shape) -> str:
    figures = [field for field in shape.fields if field.type == "number"]
    for field in figures:
        name = identifier(field.name)
        if field.unit == "%" and shape.holds(f"coalesce({name}, 0) <> 0"):
            return shape.with_values({field.name: f"{name} / 100"})
    if figures and "unit" in shape.kinds and shape.holds("unit = '%'"):
        name = identifier(_figure(shape))
        return shape.with_values({_figure(shape): f"if(unit = '%', {name} / 100, {name})"})
    raise LeftOut("no percentages", "沒有百分比")


def _fault(name: str, en: str, zh_hant: str, inject: Callable[[Shape], str]) -> Fault:
    return Fault(name, Text(en=en, zh_hant=zh_hant), inject)


FAULTS = (
    _fault("columns-swapped", "Two columns swapped", "兩個欄位對調", _swapped),
    _fault(
        "unit-off", "Figures in a unit 1,000 times smaller", "數字單位相差1,000倍", _of_figure("x * 1000")
    ),
    _fault("period-missing", "A period in the middle missing", "缺少中間一個時期", _period_missing),
    _fault(
        "key-duplicated",
        "A row delivered twice",
        "一行重複",
        lambda _: f"select * exclude (_row) from {GOOD} union all {_rows('_row = 1')}",
    ),
    _fault("stale-file", "The file from before the last period", "最新時期之前的舊檔案", _stale),
    _fault("mojibake", "UTF-8 read as Latin-1", "UTF-8誤作Latin-1（亂碼）", _mojibake),
    _fault("sign-flipped", "Figures with the other sign", "數字正負顛倒", _of_figure("-x")),
    _fault("times-shifted", "Days a day late, or periods a year", "日期推遲一日或時期推遲一年", _shifted),
    _fault(
        "file-truncated",
        "The last quarter of the rows missing",
        "缺少最後四分之一的行",
        lambda shape: _rows(f"_row <= {shape.rows * 3 // 4}"),
    ),
    _fault("column-empty", "A column empty", "一個欄位全空", _empty),
    _fault("category-renamed", "A category renamed", "一個類別改名", _renamed),
    _fault("decimals-lost", "Decimals lost", "小數遺失", _truncated_figures),
    _fault(
        "batch-duplicated",
        "The whole batch delivered twice",
        "整批重複",
        lambda _: f"select * exclude (_row) from {GOOD} union all {_rows('true')}",
    ),
    _fault("whitespace", "A blank behind every other value", "每隔一個值末尾多一個空格", _whitespace),
    _fault("time-zone", "Times read in another time zone", "時區錯誤", _time_zone),
    _fault("total-off", "A total without one of its rows", "總計漏計一行", _totals),
    _fault("nulls-as-text", "Gaps written as text", "空白寫成文字", _nulls_as_text),
    _fault("outlier", "One figure 100 times too large", "一個數字大100倍", _outlier),
    _fault("rows-shuffled", "Figures on the row beside", "數字錯置於相鄰的行", _shuffled),
    _fault("percent-as-fraction", "Percentages as fractions", "百分比寫成小數", _fraction),
)


def faults_of(contract: Contract) -> list[Fault]:
    """The standard faults, and those of their own that the rules of a contract's fields have."""
    used = {
        kind.name: kind.fault
        for kind in rule_kinds(FieldRule).values()
        if any(field.constraints.option(kind.name) is not None for field in contract.kept_fields)
    }
    return [*FAULTS, *(fault for fault in used.values() if isinstance(fault, Fault))]

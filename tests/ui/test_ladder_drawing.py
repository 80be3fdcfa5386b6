"""How the ladder is drawn: every cell, every width, and only the lines that changed."""

from __future__ import annotations

import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Protocol

import pytest
from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style

from ibtui.domain.flow import Flow, Traded
from ibtui.domain.market import Ladder, Quote
from ibtui.domain.orders import Intent, Stage
from ibtui.domain.tickets import Side
from ibtui.ui.ladder.columns import Column, columns_for
from ibtui.ui.ladder.own import OwnLook, OwnOrders
from ibtui.ui.ladder.view import LadderInput, LadderRow
from ibtui.ui.paint.direct import Part
from ibtui.ui.widgets.ladder import TITLES, whole_parts
from ibtui.ui.widgets.ladder_cells import READ, Drawing, cell, fitted, fitted_money, own_words
from tests.ui.ladder_bench import CONID, RULES, LadderBench, at, order, own_orders, quote, source, submission
from tests.ui.spies import lines_drawn

pytestmark = pytest.mark.usefixtures("painted")

D = Decimal
C = Column


class SnapCompare(Protocol):
    """The fixture of pytest-textual-snapshot."""

    def __call__(self, app: LadderBench, *, terminal_size: tuple[int, int] = ...) -> bool: ...


def text(column: Column, width: int, row: LadderRow, drawing: Drawing | None = None) -> str:
    return "".join(ink.text for ink in cell(column, row, width, drawing or Drawing(price_cells=6)))


def row(**more: object) -> LadderRow:
    return LadderRow(D("271.67"), **more)  # type: ignore[arg-type]  # names of LadderRow's own fields


def own(look: OwnLook, quantity: int = 100, **more: object) -> OwnOrders:
    base = OwnOrders(D(quantity), 1, "LMT", look.value, is_sure=look is OwnLook.WORKING, look=look)
    return replace(base, **more)


def line(app: LadderBench, price: Decimal) -> str:
    place = next(i for i, shown in enumerate(app.rungs.view.rows) if shown.price == price)
    return app.rungs.render_line(place + TITLES + 1).text


@pytest.mark.parametrize(
    ("shown", "width", "words"),
    [
        (OwnOrders(D(100), 1, "LMT", "Submitted"), 18, "100 LMT Submitted"),
        (OwnOrders(D(37035), 3, "LMT", "PreSubmitted"), 18, "37,035 LMT (3)"),
        (OwnOrders(D(37035), 3, "LMT", "PreSubmitted"), 10, "37.0k (3)"),
        (OwnOrders(D(37035), 1, "LMT", "PreSubmitted"), 10, "37,035 LMT"),
        (OwnOrders(D(137035), 1, "LMT", "PreSubmitted"), 10, "137k LMT"),
        (OwnOrders(D(100), 1, "LMT", "Inactive", is_sure=False), 10, "100 LMT?"),
        (OwnOrders(D(100), 1, "STP LMT", "Inactive", is_sure=False), 18, "100 STP LMT?"),
        (OwnOrders(D(100), 1, "STP LMT", "Submitted"), 9, "100 STPL"),
        (own(OwnLook.SENT), 12, "100 LMT sent"),
        (own(OwnLook.SENT), 10, "100 sent"),
        (own(OwnLook.SENT, 37000), 7, "37.0k…"),
        (own(OwnLook.CANCELLING), 18, "100 LMT cancelling"),
        (own(OwnLook.CANCELLING), 10, "100 LMT×"),
        (own(OwnLook.UNKNOWN), 11, "100 unknown"),
        (own(OwnLook.UNKNOWN), 8, "100 LMT?"),
        (own(OwnLook.CHANGING, other=D("271.7")), 24, "100 changing → 271.70"),
        (own(OwnLook.CHANGING, other=D("271.7")), 12, "100 → 271.70"),
        (own(OwnLook.CHANGING, other=D("271.7")), 9, "100 LMT→"),
        (own(OwnLook.CHANGING, other=D("271.7"), is_target=True), 12, "100 ← 271.70"),
        (own(OwnLook.CHANGING, other=D("271.7"), is_target=True), 9, "100 LMT←"),
        (own(OwnLook.GRABBED, other=D("271.7")), 22, "100 grabbed → 271.70"),
        (own(OwnLook.GRABBED, other=D("271.7")), 13, "100* → 271.70"),
        (own(OwnLook.GRABBED, other=D("271.7")), 9, "100 LMT*"),
        (own(OwnLook.GRABBED), 12, "100 grabbed"),
        (own(OwnLook.SENT, 150, count=2, settled=D(100)), 14, "100+50 sent"),
        (own(OwnLook.SENT, 150, count=2, settled=D(100)), 7, "100+50…"),
        (OwnOrders(D(0), 0, "STP LMT", "Submitted", limits=D(100)), 24, "limit of 100 STP LMT"),
        (OwnOrders(D(0), 0, "STP LMT", "Submitted", limits=D(37000)), 9, "lim 37.0k"),
    ],
)
def test_own_orders_are_told_as_fully_as_there_is_room_and_never_without_their_size(
    shown: OwnOrders, width: int, words: str
) -> None:
    assert own_words(shown, width, 2) == words


def test_no_look_at_any_width_cuts_a_size_or_goes_without_its_mark() -> None:
    for look in OwnLook:
        for quantity in (1, 999, 12_140, 137_035, 24_200_000):
            plain, short = own_words(own(look, quantity), 40), fitted(D(quantity), 5)
            for width in range(7, 40):
                told = own_words(own(look, quantity), width)
                assert told.startswith((short, f"{quantity:,}"))
                assert look is OwnLook.WORKING or told.removeprefix(short).removeprefix(f"{quantity:,}").strip(" LMT")
            assert look.value in plain


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [
        ("950", 5, "950"),
        ("12140", 5, "12.1k"),
        ("12140", 4, ""),
        ("0.12345678", 5, "0.123"),
        ("99.12345", 4, "99.1"),
        ("0.00001", 5, ""),
        ("24230000", 5, "24.2M"),
    ],
)
def test_a_size_is_shortened_and_then_left_out_but_never_cut(value: str, width: int, shown: str) -> None:
    assert fitted(D(value), width) == shown


@pytest.mark.parametrize(
    ("value", "width", "shown"),
    [("5.33", 8, "+5.33"), ("-1234.5", 8, "−1,235"), ("1234567", 8, "+1.2M"), ("0", 8, "0.00"), ("-1234567", 4, "")],
)
def test_a_profit_is_shortened_and_then_left_out_but_never_cut(value: str, width: int, shown: str) -> None:
    assert fitted_money(D(value), width) == shown


@pytest.mark.parametrize(
    ("column", "width", "shown", "drawn"),
    [
        (C.BIDS, 10, row(bid_size=D(12140), bid_bar=1.0), "▇▇▇▇ 12.1k"),
        (C.BIDS, 10, row(bid_size=D(7), bid_bar=0.01), "   ▇     7"),
        (C.ASKS, 10, row(ask_size=D(950), ask_bar=0.5), "  950 ▇▇  "),
        (C.ASKS, 10, row(), "          "),
        (C.TOTAL, 6, row(bid_total=D(302_000)), "  302k"),
        (C.TOTAL, 6, row(ask_total=D(9)), "     9"),
        (C.LAST, 8, row(is_last=True, last_size=D(100), direction=-1), "   100 ▼"),
        (C.LAST, 8, row(is_last=True), "     – ═"),
        (C.VOLUME, 9, row(traded=Traded(D(9000), D(3140)), volume_bar=1.0), "12.1k ▇▇▇"),
        (C.VOLUME, 6, row(traded=Traded(D(9))), "    9 "),
        (C.TRADES, 13, row(recent=Traded(D(120), D(80))), "  ▲120 ▼80   "),
        (C.TRADES, 13, row(recent=Traded(D(0), D(80), D(5))), "       ▼80   "),
        (C.TRADES, 13, row(recent=Traded(unsided=D(5))), "    ·5       "),
        (C.CHANGE, 7, row(bid_size=D(9), bid_change=D(120)), "   +120"),
        (C.CHANGE, 7, row(ask_change=D(-12140)), " −12.1k"),
        (C.PNL, 8, row(pnl=D("-4.67")), "   −4.67"),
        (C.PNL, 8, row(), "        "),
        (C.QUEUE, 8, row(queue=D(340)), "q≈340   "),
        (C.QUEUE, 8, row(queue=D(12140), is_queue_most=True), "q≤12.1k "),
        (C.MARKS, 8, row(is_cursor=True), "← cursor"),
        (C.MARKS, 8, row(is_average=True, is_cursor=True), "← avg   "),
        (C.MARKS, 14, row(is_average=True, is_cursor=True), "← avg cursor  "),
        (C.MARKS, 8, row(mark="high open"), "← H O   "),
        (C.PRICE, 12, row(), "   271.67   "),
        (C.PRICE, 12, row(is_last=True, direction=1), " ▲ 271.67 ▲ "),
        (C.PRICE, 12, row(is_last=True), " ═ 271.67 ═ "),
    ],
)
def test_every_cell_says_what_it_means_by_words_and_signs(
    column: Column, width: int, shown: LadderRow, drawn: str
) -> None:
    assert text(column, width, shown) == drawn


def test_without_a_column_for_them_the_day_s_prices_are_letters_beside_the_price() -> None:
    drawing = Drawing(price_cells=6, has_marks=False)
    assert text(C.PRICE, 12, row(mark="high"), drawing) == "   271.67 H "
    assert text(C.PRICE, 12, row(is_average=True), drawing) == "   271.67 A "


def test_on_a_small_ladder_own_orders_stand_beside_the_price_with_the_marks_of_their_looks() -> None:
    drawing = Drawing(price_cells=6, is_small=True)
    assert text(C.PRICE, 12, row(buys=own(OwnLook.WORKING)), drawing) == " B 271.67   "
    assert text(C.PRICE, 12, row(buys=own(OwnLook.SENT)), drawing) == "…B 271.67   "
    assert text(C.PRICE, 12, row(sells=own(OwnLook.UNKNOWN)), drawing) == "   271.67 S?"
    limits = OwnOrders(D(0), 0, "STP LMT", "Submitted", limits=D(100))
    assert text(C.PRICE, 12, row(sells=limits), drawing) == "   271.67 s "


def test_every_cell_is_exactly_as_wide_as_its_column() -> None:
    shown = LadderBench().window.view(source(), 40).rows
    for width in range(20, 240, 3):
        drawing = Drawing(2, 6, is_small=width < 56)
        for column, cells in columns_for(width, price_cells=6):
            assert {len(text(column, cells, one, drawing)) for one in shown} == {cells}


@pytest.mark.parametrize("width", [20, 40, 55, 56, 57, 60, 80, 99, 120, 150, 200])
async def test_lines_are_exactly_as_wide_as_the_ladder(width: int) -> None:
    app = LadderBench()
    async with app.run_test(size=(width, 30)):
        assert {app.rungs.render_line(y).cell_length for y in range(app.rungs.size.height)} == {width}
        assert {len(app.rungs.render_line(y).text) for y in range(app.rungs.size.height)} == {width}


async def test_titles_stand_above_their_columns() -> None:
    app = LadderBench()
    async with app.run_test(size=(200, 30)):
        titles = app.rungs.render_line(0).text
        shown = line(app, at(0))
        assert titles.index("price") in range(shown.index("271.67") - 3, shown.index("271.67") + 3)
        told = "my bids bid price ask my asks last vol last 30 s change total P&L queue"
        assert titles.split() == told.split()


async def test_a_grouped_ladder_and_a_mere_top_of_book_say_so_in_their_titles() -> None:
    quote = Quote(CONID, last=at(0), bid=at(-1), bid_size=D(5), ask=at(1), ask_size=D(6))
    top = replace(source(), ladder=Ladder(CONID, error="No Level II"), quote=quote)
    app = LadderBench(top, grouping=5)
    async with app.run_test(size=(80, 24)):
        titles = app.rungs.render_line(0).text
        assert "price ×5" in titles
        assert "top bid" in titles
        assert "top ask" in titles


async def test_every_look_is_told_in_words_or_marks_at_its_price() -> None:
    app = LadderBench()
    async with app.run_test(size=(200, 40)):
        assert "50 LMT sent" in line(app, at(-2))
        assert "100 LMT Submitted" in line(app, at(-4))
        assert "37,000 LMT cancelling" in line(app, at(-6))
        assert "50 changing → 271.70" in line(app, at(4))
        assert "50 changing ← 271.71" in line(app, at(3))
        assert "25 grabbed → 271.72" in line(app, at(6))
        assert "25 grabbed ← 271.73" in line(app, at(5))
        assert "50 LMT unknown" in line(app, at(7))
        assert "100 STP LMT Submitted" in line(app, at(-3))
        assert "limit of 100 STP LMT" in line(app, at(-5))


async def test_columns_may_be_chosen_on_the_fly() -> None:
    app = LadderBench()
    async with app.run_test(size=(80, 24)) as pilot:
        assert C.TRADES not in app.rungs.shown_columns
        app.rungs.show(app.rungs.view, columns=(C.PRICE, C.TRADES))
        await pilot.pause()
        assert app.rungs.shown_columns == (C.PRICE, C.TRADES)
        assert app.rungs.render_line(0).text.split() == ["price", "last", "30", "s"]


async def test_only_lines_that_look_otherwise_are_painted() -> None:
    app = LadderBench()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        drawn = lines_drawn(app.rungs)
        ladder = app.source.ladder
        assert ladder is not None
        rungs = [replace(rung, ask_size=D(3)) if rung.price == at(2) else rung for rung in ladder.rungs]
        app.source = replace(app.source, ladder=replace(ladder, rungs=tuple(rungs)))
        view = app.paint()
        await pilot.pause()
        place = next(i for i, shown in enumerate(view.rows) if shown.price == at(2))
        assert drawn == {place + TITLES + 1}
        app.paint()
        await pilot.pause()
        assert drawn == {place + TITLES + 1}


def stirred(shown: LadderInput, chance: random.Random) -> LadderInput:
    """The same market a moment later."""
    where, amount, ladder = at(chance.randint(-9, 9)), D(chance.choice((1, 70, 990, 1010, 12_140))), shown.ladder
    assert ladder is not None
    match chance.randint(0, 6):
        case 0 | 1 | 2:
            grown = (replace(rung, ask_size=amount) if rung.price >= where else rung for rung in ladder.rungs)
            less = (replace(rung, bid_size=amount) if rung.price == where else rung for rung in grown)
            return replace(shown, ladder=replace(ladder, rungs=tuple(less)))
        case 3:
            orders = (order(1, Side.BUY, chance.randint(-9, 9)), *own_orders()[0][chance.randint(1, 7) :])
            return replace(shown, orders=orders)
        case 4:
            assert shown.position is not None
            return replace(shown, position=replace(shown.position, quantity=amount, average_price=where))
        case 5:
            return replace(shown, quote=replace(quote(), direction=chance.randint(-1, 1), high=where))
        case _:
            return replace(shown, flow=Flow(CONID, 0.0, {where: Traded(amount, D(3)), at(1): Traded(D(90))}))


def inked(segments: Iterable[Segment]) -> list[tuple[str, Style | None]]:
    return [(char, segment.style) for segment in segments for char in segment.text]


@pytest.mark.parametrize("width", [44, 80, 200])
async def test_parts_painted_one_after_another_make_the_lines_drawn_anew(
    width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, app, parts = random.Random(width), LadderBench(), list[Part]()
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        monkeypatch.setattr("ibtui.ui.widgets.ladder.paint", lambda _, told: parts.extend(told))
        rungs = app.rungs
        lines = [inked(rungs.render_line(y)) for y in range(rungs.size.height)]
        for step in range(80):
            app.source = replace(stirred(app.source, chance), now=app.source.now + 1)
            if step % 7 == 0:
                app.window.move(chance.choice((-1, 1)))
            app.paint()
            for y, x, segments in parts:
                told = inked(segments)
                lines[y][x : x + len(told)] = told
            parts.clear()
            if step % 4 == 0:
                assert lines == [inked(rungs.render_line(y)) for y in range(rungs.size.height)], step
                rungs.notify_style_update()
                assert lines == [inked(rungs.render_line(y)) for y in range(rungs.size.height)], step


class Read:
    """A row that remembers what was asked of it."""

    def __init__(self, shown: LadderRow) -> None:
        self._row = shown
        self.names = set[str]()

    def __getattr__(self, name: str) -> object:
        self.names.add(name)
        return getattr(self._row, name)


@pytest.mark.parametrize("drawing", [Drawing(), Drawing(is_small=True), Drawing(has_marks=False)])
def test_a_cell_reads_no_more_of_a_row_than_is_told_of_its_column(drawing: Drawing) -> None:
    rows = LadderBench().window.view(source(), 60).rows
    for column in Column:
        for shown in rows:
            read = Read(shown)
            cell(column, read, 12, drawing)  # type: ignore[arg-type]  # a row to all that cells know
            assert read.names <= {*READ[column], "is_cursor"}


async def test_a_stale_ladder_is_grey_all_over() -> None:
    app = LadderBench(is_stale=True)
    async with app.run_test(size=(120, 30)):
        ground = app.rungs.rich_style
        grey = {app.rungs.get_component_rich_style(f"rungs--{name}", partial=True).color for name in ("stale", "faint")}
        for y in range(app.rungs.size.height):
            for segment in app.rungs.render_line(y):
                if segment.text.strip(" ▌"):
                    assert segment.style is not None
                    assert segment.style.color in grey
        assert ground.color not in grey


async def test_the_cursor_s_row_is_marked_without_colours_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = LadderBench()
    async with app.run_test(size=(80, 24)):
        assert app.window.cursor is not None
        assert line(app, app.window.cursor).startswith("▌")


def test_an_edge_line_leaves_out_whole_parts_only() -> None:
    told = "↑ cursor 271.69 (40 above) · LMT 5 @ 272.20 (16 above) · market 272.40"
    assert whole_parts(told, 80) == told
    assert whole_parts(told, 60) == "↑ cursor 271.69 (40 above) · LMT 5 @ 272.20 (16 above) …"
    assert whole_parts(told, 30) == "↑ cursor 271.69 (40 above) …"


def test_the_bench_has_every_look() -> None:
    shown = LadderBench().window.view(source(), 60).rows
    marks = {mark.look for one in shown for mark in (one.buys, one.sells) if mark is not None}
    assert marks == set(OwnLook)
    assert order(1, Side.BUY, 0).is_working
    assert submission(Intent.PLACE, Stage.SENT, Side.BUY, 0).stage.is_open
    assert RULES.conforms(at(1))


@pytest.mark.parametrize("size", [(44, 24), (56, 24), (80, 24), (120, 40), (200, 60)])
def test_looks(snap_compare: SnapCompare, size: tuple[int, int]) -> None:
    assert snap_compare(LadderBench(), terminal_size=size)


@pytest.mark.parametrize("theme", ["ibtui-light", "ibtui-high-contrast", "ibtui-ansi"])
def test_themes(snap_compare: SnapCompare, theme: str) -> None:
    assert snap_compare(LadderBench(theme=theme, grouping=5), terminal_size=(120, 30))


def test_looks_without_colours(snap_compare: SnapCompare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(LadderBench(), terminal_size=(80, 24))


def test_looks_stale(snap_compare: SnapCompare) -> None:
    assert snap_compare(LadderBench(is_stale=True), terminal_size=(80, 24))

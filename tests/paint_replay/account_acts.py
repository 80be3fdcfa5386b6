"""What the gateway tells of orders, money and itself."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from msgspec.structs import replace

from ibtui.domain.account import LedgerLine, Pnl, Position, SummaryLine
from ibtui.domain.events import (
    BulletinReceived,
    ExecutionReceived,
    FyisReceived,
    HealthChanged,
    LedgerReceived,
    MessageRaised,
    NoticeReceived,
    OrderReceived,
    PaceChanged,
    PnlReceived,
    PositionsReceived,
    SubmissionMoved,
    SummaryReceived,
    UnreadCounted,
)
from ibtui.domain.notices import Bulletin, Fyi, Notice
from ibtui.domain.orders import Execution, Intent, OrderStatus, Question, Submission
from ibtui.domain.orders import Stage as Stand
from ibtui.domain.session import Health, Light, Message, Pace, Trouble
from ibtui.domain.tickets import Side
from tests.paint_replay.market_acts import Act
from tests.paint_replay.stage import Stage
from tests.paint_replay.words import LINES, NAMES, SENTENCES
from tests.ui.activity import AAPL_TICKET, ES_TICKET, MORNING_MS, NVDA_TICKET
from tests.ui.market import AAPL, ACCOUNT, ES, MSFT, NVDA

D = Decimal
AMOUNTS = (None, D(0), D("-0.01"), D("357.00"), D("-58123.28"), D("1005254.10"), D("98765432.10"))
TICKETS = (AAPL_TICKET, ES_TICKET, NVDA_TICKET)


def new_order(stage: Stage, random: Random) -> str:
    """An own order appears, of the ladder's instrument most of the time."""
    conid, symbol = random.choice(((AAPL, "AAPL"),) * 4 + ((ES, "ES"), (MSFT, "MSFT")))
    size = D(random.choice((1, 50, 100, 12_000)))
    price = D("271.67") + D(random.randint(-12, 12)) / 100
    kind = random.choice(("Limit", "Limit", "Stop", "Market", "TRAIL"))
    order_id = 2000 + random.randrange(60)
    stage.happens(
        OrderReceived(
            order_id,
            {
                "account": ACCOUNT, "conid": conid, "symbol": random.choice((symbol, symbol, *NAMES)),
                "side": random.choice(tuple(Side)), "order_type": kind, "tif": random.choice(("DAY", "GTC")),
                "quantity": size, "filled": D(0), "remaining": size, "time_ms": MORNING_MS,
                "limit_price": price if kind == "Limit" else None, "stop_price": price if kind != "Limit" else None,
                "status": random.choice((OrderStatus.SUBMITTED, OrderStatus.PRE_SUBMITTED, OrderStatus.INACTIVE)),
            },
            stage.now,
        )
    )  # fmt: skip
    return f"{order_id} {symbol} {kind} {price}"


def order_changes(stage: Stage, random: Random) -> str:
    """A working order moves, fills in part, ends; the last one never does, so that quitting asks."""
    orders = sorted(stage.store.orders.orders)
    order_id = random.choice(orders)
    changes = random.choice(
        (
            {"limit_price": D("271.67") + D(random.randint(-9, 9)) / 100},
            {"filled": D(20), "remaining": D(30)},
            {"status": random.choice(tuple(OrderStatus))},
            {"status": OrderStatus.CANCELLED},
            {"status": OrderStatus.FILLED, "remaining": D(0), "average_price": D("271.66")},
        )
    )
    if order_id != 1001:
        stage.happens(OrderReceived(order_id, changes, stage.now))
    return f"{order_id} {changes}"


def fill(stage: Stage, random: Random) -> str:
    number = random.randrange(10_000)
    side, size = random.choice(tuple(Side)), D(random.choice((1, 20, 100)))
    ms = int(stage.clock.time() * 1000)
    symbol = random.choice(NAMES[:6])
    stage.happens(
        ExecutionReceived(
            Execution(f"x{number}", 1001, ACCOUNT, AAPL, symbol, side, size, D("271.65"), random.choice(AMOUNTS),
                      exchange="NASDAQ", time_ms=ms)
        )
    )  # fmt: skip
    return f"x{number} {symbol}"


def positions(stage: Stage, random: Random) -> str:
    held = tuple(
        Position(
            ACCOUNT, conid, random.choice(NAMES), quantity=D(random.choice((-2, 0, 25, 100))), currency="USD",
            average_price=D("268.10"), market_price=random.choice(AMOUNTS), market_value=random.choice(AMOUNTS),
            unrealized_pnl=random.choice(AMOUNTS),
        )
        for conid in random.sample((AAPL, ES, NVDA, MSFT, 1, 2, 3, 4, 5, 6, 7), random.randint(0, 9))
    )  # fmt: skip
    stage.happens(PositionsReceived(ACCOUNT, held, stage.now))
    return f"{len(held)}"


def money(stage: Stage, random: Random) -> str:
    amounts = [random.choice(AMOUNTS) for _ in range(4)]
    stage.happens(
        PnlReceived(Pnl(ACCOUNT, amounts[0], amounts[1], amounts[2], received=stage.now)),
        LedgerReceived((LedgerLine(ACCOUNT, random.choice(("BASE", "USD", "JPY")), cash=amounts[3]),)),
        SummaryReceived(ACCOUNT, (SummaryLine("buyingpower", amounts[3], "USD"),)),
    )
    return f"{amounts}"


def submission(stage: Stage, random: Random) -> str:
    """A request goes on its way: asked about, taken, refused, unknown."""
    known = stage.store.orders.submissions
    key = f"ib-{random.randrange(1, 7)}"
    before = known.get(key)
    stand = random.choice(tuple(Stand))
    if before is not None and not before.stage.may_become(stand):
        key, before = f"ib-{random.randrange(7, 100_000)}", None
    question = (
        Question(f"r{random.randrange(99)}", random.choice(SENTENCES), ("o163",)) if stand is Stand.ASKING else None
    )
    ticket = before.tickets[0] if before is not None and before.tickets else random.choice(TICKETS)
    told = Submission(key, Intent.PLACE, ACCOUNT, stand, (ticket,), message=random.choice(SENTENCES), question=question)
    stage.happens(SubmissionMoved(replace(told, updated=stage.now)))
    return f"{key} {stand.value}"


def message(stage: Stage, random: Random) -> str:
    told = Message(
        random.choice(SENTENCES), random.choice(("information", "warning", "error")), random.choice(("", "Title"))
    )
    stage.happens(MessageRaised(told))
    return f"{told}"


def messages_go(stage: Stage, random: Random) -> str:
    stage.app.clear_notifications()
    return ""


def health(stage: Stage, random: Random) -> str:
    """An outage, or its end."""
    if random.random() < 0.4:
        on = Light.ON
        told = Health(on, on, on, on, user="edemo", last_frame=stage.now)
    else:
        lights = [random.choice(tuple(Light)) for _ in range(4)]
        told = Health(
            lights[0],
            lights[1],
            lights[2],
            lights[3],
            trouble=random.choice(tuple(Trouble)),
            detail=random.choice(LINES),
            fingerprint="sha256:00ff",
            next_attempt=stage.now + random.choice((0, 7)),
            penalty_until=stage.now + random.choice((0, 600)),
        )
    stage.happens(HealthChanged(told))
    return f"{told.trouble.value}"


def pace(stage: Stage, random: Random) -> str:
    told = Pace(random.randrange(11), 10, random.randrange(3), random.random(), random.random() * 100_000)
    stage.happens(PaceChanged(told))
    return f"{told}"


def mail(stage: Stage, random: Random) -> str:
    number, text = random.randrange(30), random.choice(SENTENCES)
    many = range(random.choice((1, 4, 40)))
    told = random.choice(
        (
            FyisReceived(tuple(Fyi(f"f{i}", random.choice(NAMES), text, "PF", 1e9 + i, i % 3 == 0) for i in many)),
            UnreadCounted(number),
            BulletinReceived(Bulletin(f"b{number}", text, stage.now)),
            NoticeReceived(Notice(f"n{number}", text, title="Notice", received=stage.now)),
            NoticeReceived(
                Notice(f"p{number}", text, request_id=f"{number}", options=("Yes", "いいえ"), received=stage.now)
            ),
        )
    )
    stage.happens(told)
    return type(told).__name__


ACCOUNTS: Mapping[str, tuple[float, Act]] = {
    "new order": (6, new_order),
    "order changes": (6, order_changes),
    "fill": (3, fill),
    "positions": (3, positions),
    "money": (3, money),
    "submission": (1.5, submission),
    "message": (3, message),
    "messages go": (2, messages_go),
    "health": (2.5, health),
    "pace": (2, pace),
    "mail": (1.5, mail),
}

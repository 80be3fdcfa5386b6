"""What the gateway answers to that which the screens ask of the session."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from random import Random

from ibtui.domain.contracts import ContractRules, PriceStep, Search, SearchHit
from ibtui.domain.events import LadderRequested, PreviewAnswered, RulesLearned, SearchAnswered, SubmissionMoved
from ibtui.domain.orders import Intent, Preview, Submission, WhatIf
from ibtui.domain.orders import Stage as Stand
from tests.paint_replay.market_acts import Act, whole_ladder
from tests.paint_replay.stage import Stage
from tests.paint_replay.words import LINES, SENTENCES
from tests.ui.market import ACCOUNT, CONTRACTS

TYPES = ("limit", "market", "stop", "stop_limit", "trailing_stop")


def answers(stage: Stage, random: Random) -> str:
    """Everything asked since the last time, or the first of it."""
    calls = stage.app.fake.calls[stage.serial :]
    if random.random() < 0.2:
        calls = calls[:1]
    stage.serial += len(calls)
    for name, *asked in calls:
        if name in ANSWERS:
            ANSWERS[str(name)](stage, random, asked)
    return ", ".join(dict.fromkeys(str(name) for name, *_ in calls))


def _ladder(stage: Stage, random: Random, asked: list[object]) -> None:
    if isinstance(asked[0], int):
        known = stage.store.market.ladder
        stage.happens(LadderRequested(asked[0], (known.generation if known is not None else 0) + 1))
        whole_ladder(stage, random)


def _rules(stage: Stage, random: Random, asked: list[object]) -> None:
    conid = asked[0]
    assert isinstance(conid, int)
    steps = (PriceStep(Decimal(0), Decimal(random.choice(("0.01", "0.25", "0.05")))),)
    stage.happens(
        *(RulesLearned(ContractRules(conid, is_buy, steps, Decimal(1), order_types=TYPES)) for is_buy in (True, False))
    )


def _search(stage: Stage, random: Random, asked: list[object]) -> None:
    hits = tuple(SearchHit(contract, random.choice(LINES), ("STK", "OPT")) for contract in CONTRACTS)
    error = random.choice(LINES) if random.random() < 0.2 else ""
    stage.happens(SearchAnswered(Search(str(asked[0]), hits[: random.randrange(10)], done=True, error=error)))


def _preview(stage: Stage, random: Random, asked: list[object]) -> None:
    told = WhatIf("16,500 USD", "1 USD", "16,501 USD", warning=random.choice(SENTENCES))
    stage.happens(PreviewAnswered(Preview(asked[0], told)))  # type: ignore[arg-type]  # the tickets, as FakeOrders records them


def _submit(stage: Stage, random: Random, asked: list[object]) -> None:
    key = f"fake-{stage.app.fake.calls.index(('submit', asked[0])) + 1}"
    stand = random.choice((Stand.SENT, Stand.ACKNOWLEDGED, Stand.REJECTED, Stand.UNKNOWN))
    told = Submission(key, Intent.PLACE, ACCOUNT, stand, asked[0], 3001, updated=stage.now)  # type: ignore[arg-type]  # as above
    stage.happens(SubmissionMoved(told))


ANSWERS = {"show_ladder": _ladder, "learn_rules": _rules, "search": _search, "preview": _preview, "submit": _submit}

GATEWAY: Mapping[str, tuple[float, Act]] = {"answers": (6, answers)}

from __future__ import annotations

import httpx
import pytest

from ibtui.domain.notices import Notice
from tests.session.scripted import Bench

NOTIFICATIONS = "GET /fyi/notifications"
PROMPT = (
    '{"topic":"ntf","args":[{"orderId":18,"reqId":"29042","text":"Use the algo?",'
    '"options":["Use","Do not use"],"type":"M","messageId":"p12","prompt":true}]}'
)


def prompt_of(bench: Bench) -> Notice:
    return next(iter(bench.store.inbox.notices.values()))


async def test_the_inbox_is_read_when_the_session_is_up(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(4.0)
    assert [fyi.title for fyi in bench.store.inbox.fyis] == ["title"]
    assert bench.store.inbox.unread == 1


@pytest.mark.parametrize("status", [423, 503])
async def test_a_service_that_wakes_up_is_asked_again(bench: Bench, status: int) -> None:
    bench.gateway.answers[NOTIFICATIONS] = httpx.Response(status, json={"status": "waiting for reply"})
    await bench.connect()
    await bench.clock.advance(5.0)
    assert not bench.store.inbox.fyis
    del bench.gateway.answers[NOTIFICATIONS]
    await bench.clock.advance(8.0)
    assert [fyi.title for fyi in bench.store.inbox.fyis] == ["title"]
    assert bench.texts() == []


async def test_a_service_that_stays_asleep_is_told_in_the_end(bench: Bench) -> None:
    bench.gateway.answers[NOTIFICATIONS] = httpx.Response(503, json={"error": "Service Unavailable"})
    await bench.connect()
    await bench.clock.advance(40.0)
    assert bench.texts() == ["Service Unavailable"]


async def test_marking_read_is_told_to_the_gateway_and_counted(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(4.0)
    bench.session.inbox.mark_read("f1")
    await bench.clock.advance(2.0)
    assert bench.gateway.count("PUT /fyi/notifications/f1") == 1
    assert bench.store.inbox.fyis[0].is_read
    assert bench.store.inbox.unread == 0


async def test_what_is_read_is_not_marked_again(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(4.0)
    for _ in range(2):
        bench.session.inbox.mark_read("f1")
        await bench.clock.advance(2.0)
    assert bench.gateway.count("PUT /fyi/notifications/f1") == 1


async def test_a_failed_marking_leaves_it_unread_and_is_told(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(4.0)
    bench.gateway.answers["PUT /fyi/notifications/f1"] = httpx.Response(500, json={"error": "oops"})
    bench.session.inbox.mark_read("f1")
    await bench.clock.advance(2.0)
    assert not bench.store.inbox.fyis[0].is_read
    assert bench.texts() == ["oops"]


async def test_a_disclaimer_is_fetched_and_accepted(bench: Bench) -> None:
    await bench.connect()
    bench.session.inbox.ask_disclaimer("PF")
    await bench.clock.advance(3.0)
    assert bench.store.inbox.disclaimers["PF"].text == "read this"
    bench.session.inbox.accept_disclaimer("PF")
    await bench.clock.advance(3.0)
    assert bench.gateway.count("PUT /fyi/disclaimer/PF") == 1
    assert bench.store.inbox.disclaimers == {}


async def test_a_prompt_is_answered_once_with_the_option_chosen(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(PROMPT)
    await bench.clock.advance(0.1)
    notice = prompt_of(bench)
    bench.session.inbox.answer_prompt(notice, "Use")
    bench.session.inbox.answer_prompt(notice, "Do not use")
    await bench.clock.advance(2.0)
    assert bench.gateway.bodies("POST /iserver/notification") == [{"orderId": 18, "reqId": "29042", "text": "Use"}]
    assert prompt_of(bench).answered == "Use"


async def test_a_prompt_is_answered_in_the_gateways_very_words_though_they_are_shown_cleaned(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(PROMPT.replace("Do not use", "<i>Do&nbsp; not</i>  use"))
    await bench.clock.advance(0.1)
    notice = prompt_of(bench)
    assert notice.options == ("Use", "Do not use")
    bench.session.inbox.answer_prompt(notice, "Do not use")
    await bench.clock.advance(2.0)
    (body,) = bench.gateway.bodies("POST /iserver/notification")
    assert body["text"] == "<i>Do&nbsp; not</i>  use"
    assert (prompt_of(bench).answered, prompt_of(bench).delivered) == ("Do not use", True)


async def test_a_prompt_that_comes_again_is_not_answered_again(bench: Bench) -> None:
    await bench.connect()
    for option in ("Use", "Do not use"):
        bench.wire.feed(PROMPT)
        await bench.clock.advance(0.1)
        bench.session.inbox.answer_prompt(prompt_of(bench), option)
        await bench.clock.advance(2.0)
    assert bench.gateway.count("POST /iserver/notification") == 1


@pytest.mark.parametrize("answer", [httpx.ReadTimeout("late"), httpx.Response(200, json={"error": "no such prompt"})])
async def test_an_answer_that_was_not_taken_is_not_delivered(bench: Bench, answer: httpx.Response | Exception) -> None:
    await bench.connect()
    bench.wire.feed(PROMPT)
    await bench.clock.advance(0.1)
    bench.gateway.answers["POST /iserver/notification"] = answer
    bench.session.inbox.answer_prompt(prompt_of(bench), "Use")
    await bench.clock.advance(40.0)
    assert (prompt_of(bench).answered, prompt_of(bench).delivered) == ("Use", False)
    assert bench.texts() != []


async def test_a_prompt_whose_answer_never_left_can_be_answered_again(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(PROMPT)
    await bench.clock.advance(0.1)
    bench.gateway.answers["POST /iserver/notification"] = httpx.ConnectError("refused")
    bench.session.inbox.answer_prompt(prompt_of(bench), "Use")
    await bench.clock.advance(2.0)
    assert prompt_of(bench).is_prompt
    del bench.gateway.answers["POST /iserver/notification"]
    await bench.clock.advance(30.0)
    bench.session.inbox.answer_prompt(prompt_of(bench), "Do not use")
    await bench.clock.advance(2.0)
    assert (prompt_of(bench).answered, prompt_of(bench).delivered) == ("Do not use", True)


async def test_a_prompt_is_answered_with_its_own_options_only(bench: Bench) -> None:
    await bench.connect()
    bench.wire.feed(PROMPT)
    await bench.clock.advance(0.1)
    bench.session.inbox.answer_prompt(prompt_of(bench), "Whatever")
    await bench.clock.advance(2.0)
    assert bench.gateway.count("POST /iserver/notification") == 0
    assert prompt_of(bench).is_prompt


async def test_new_notifications_are_noticed_by_their_number(bench: Bench) -> None:
    await bench.connect()
    await bench.clock.advance(4.0)
    before = bench.gateway.count(NOTIFICATIONS)
    bench.gateway.answers["GET /fyi/unreadnumber"] = httpx.Response(200, json={"BN": 2})
    await bench.beat(70.0)
    assert bench.store.inbox.unread == 2
    assert bench.gateway.count(NOTIFICATIONS) == before + 1

"""The walk as text and JSON: readable at 80 columns, and nothing in it that another could use."""

from __future__ import annotations

import json

from ibtui.commands.doctor.report import json_of, lines_of, summary_of
from ibtui.commands.doctor.steps import State, Step, Verdict, bad, not_reached, ok, trading_would_work, warning
from tests.commands.doctor.facts_of import answered

LOGIN = Step("login", bad("nobody is logged in at the gateway", "open https://localhost:5000 in a browser " * 3))
SECRET_BODY = (
    b'{"session":"bb665d0f55b6289d70bc7380089fc96f","userId":123456789,"iserver":{"authStatus":{"MAC":"98:F2:B3:23:BF:A0",'
    b'"authenticated":true}},"accounts":["U1234567"]}'
)


def test_a_step_fits_its_terminal_and_hangs_below_its_beginning() -> None:
    lines = lines_of(LOGIN, width=80)
    assert lines[0] == "✗ login             nobody is logged in at the gateway"
    assert lines[1].startswith(" " * 20 + "→ open https://localhost:5000")
    assert len(lines) > 2
    assert all(len(line) <= 80 for line in lines)
    assert all(line.startswith(" " * 22) for line in lines[2:])


def test_into_a_pipe_lines_are_whole_and_a_poor_encoding_gets_ascii_marks() -> None:
    lines = lines_of(LOGIN, width=None, plain=True)
    assert len(lines) == 2
    assert lines[0].startswith("x login")
    assert lines[1].lstrip().startswith("> open")


def test_the_summary_names_failures_before_milder_causes() -> None:
    certificate = Step("certificate", warning("never accepted", "accept it", blocks=True))
    behind = Step("accounts", not_reached("login"))
    assert summary_of([Step("name", ok("well"))]) == "Trading would work."
    assert summary_of([certificate, LOGIN, behind]) == "Trading would not work yet: see login, certificate."


def test_trading_would_work_only_if_all_that_matters_was_reached() -> None:
    assert trading_would_work((Step("a", ok("x")), Step("b", warning("y")), Step("c", Verdict(State.SKIPPED, "z"))))
    assert not trading_would_work((Step("a", not_reached("b")),))
    assert not trading_would_work((LOGIN,))


def test_json_tells_what_was_sent_and_came_without_secrets_or_accounts() -> None:
    frame = '{"topic":"system","success":"ann1234","isPaper":true}'
    step = Step("login", ok("1 live: U1234567"), (answered(200, SECRET_BODY),), (frame,), 0.12345)
    token = Step("OAuth", ok("had"), (answered(200, b"", path="tokens"),))
    text = json_of([step, token])
    (first, _) = json.loads(text)
    assert first["name"] == "login"
    assert first["state"] == "ok"
    assert first["seconds"] == 0.123
    assert first["sent"] == [{"method": "POST", "path": "/tickle"}, {"method": "WEBSOCKET", "path": "/ws"}]
    assert first["came"][0]["status"] == 200
    assert '"authenticated":true' in first["came"][0]["body"]
    for secret in ("bb665d0f55b6289d70bc7380089fc96f", "123456789", "98:F2:B3:23:BF:A0", "1234567", "ann1234"):
        assert secret not in text, secret


def test_bodies_are_cut_and_cleaned() -> None:
    step = Step("login", ok("x"), (answered(200, b"\x1b[2J" + b"x " * 2_000),))
    (told,) = json.loads(json_of([step]))
    body = told["came"][0]["body"]
    assert len(body) <= 600
    assert body.startswith("x x")

"""What is done in an OAuth session, with the real program in a terminal; what does not hold is an AssertionError."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable

from ibtui.transport.tape_format import Entry
from ibtui.transport.tape_reader import Recording
from tests.e2e.terminal import READING_SECONDS
from tests.oauth_session.scene import START_SECONDS, Scene

LIFE_S = 76
"""Of the first live session token: it is renewed with the tickle after 60 s, a quarter of it before its end."""
DAY_S = 86_400
AROUND_SECONDS = 3.0
"""Before and after a renewal, in which the stream is compared with the minute before."""
SIGNED_SECONDS = 90.0
"""Within which some request is signed, however little there is to ask: the tickle comes once a minute."""
MOST_TIMES_USUAL = 2.0
PRICES = '"topic":"smd'

Act = Callable[[Scene], None]


def first_party(scene: Scene) -> None:
    """OAuth 1.0a: a planned renewal, and tokens that die by 401 and by 410."""
    scene.gateway.post("/sim/oauth/rules", {"life_s": LIFE_S, "old_token": "dies"})
    scene.dashboard(scene.keys / "ibtui.toml", "first")
    scene.trusts()
    scene.live()
    scene.gateway.post("/sim/oauth/rules", {"life_s": DAY_S})
    scene.note("1.0a: lights on, prices there")
    renewed = _renewed_in_time(scene)
    _dies(scene, 401, percent=-1.9)
    _dies(scene, 410, percent=-2.2)
    _log_shown(scene)
    scene.quits()
    _stream_went_on(scene, renewed)


def _renewed_in_time(scene: Scene) -> float:
    """The planned renewal, and an order right after it; gives its Unix time."""
    scene.wait(lambda: scene.gateway.oauth()["issued"] == 2, "the planned renewal", LIFE_S)
    moment = time.time()
    limit = scene.asks(-1.8)
    scene.screen.decide("y")
    scene.wait(lambda: scene.arrived(limit) == 1, "the order", 20)
    scene.screen.see(r"BUY +10 AAPL +LMT|BUY +0/10 AAPL")
    scene.screen.watch(AROUND_SECONDS)
    seen = scene.gateway.oauth()
    assert len(seen["sockets"]) == 1, f"the websocket was opened again: {seen['sockets']}"
    assert not seen["refused"], seen["refused"]
    placed = [kind for kind, _ in scene.gateway.order_requests()]
    assert placed == ["place"], placed
    assert scene.arrived(limit) == 1
    scene.note("planned renewal: second live session token, first dead with it, still 1 websocket, nothing refused")
    scene.note("an order by keys right after it: sent once, once at the exchange")
    return moment


def _dies(scene: Scene, status: int, *, percent: float) -> None:
    """All tokens die under an open confirmation: that order is not sent, later ones are; all by itself."""
    issued, placed = scene.gateway.oauth()["issued"], len(scene.gateway.order_requests())
    limit = scene.asks(percent)
    scene.screen.watch(READING_SECONDS)
    scene.gateway.post("/sim/oauth/expire", {"status": status})
    scene.screen.press("y")
    scene.screen.see("Order rejected")
    words = scene.screen.see(r"nothing was ordered|live session token expired")[0]
    seconds = scene.wait(lambda: scene.gateway.oauth()["issued"] > issued, "a new token", 60)
    scene.screen.decide("escape")
    scene.screen.gone("Order rejected")
    scene.live(60)
    assert scene.arrived(limit) == 0, "an order was sent that was said to be rejected"
    again = scene.asks(percent - 0.1)
    scene.screen.decide("y")
    scene.wait(lambda: scene.arrived(again) == 1, "the order", 20)
    scene.screen.watch(1.0)
    assert (scene.arrived(limit), scene.arrived(again)) == (0, 1)
    assert len(scene.gateway.order_requests()) == placed + 1
    scene.note(
        f"tokens dead (HTTP {status}) as y was pressed: rejected (“{words}”), never ordered; new token after "
        f"{seconds:.1f} s; the next order once at the exchange"
    )


def _log_shown(scene: Scene) -> None:
    scene.screen.type(":log\r")
    scene.screen.see("live session token was taken")
    scene.screen.decide("escape")
    scene.screen.gone("live session token was taken")


def _stream_went_on(scene: Scene, moment: float) -> None:
    """Prices on the tape around the renewal came as in the minute before."""
    entries = list(Recording(scene.kept / "first.tape").entries())
    opened = [entry.wall for entry in entries if entry.kind == "opened"]
    assert sum(wall < moment + AROUND_SECONDS for wall in opened) == 1, opened
    usual = _longest_gap(entries, moment - 30, moment - AROUND_SECONDS)
    around = _longest_gap(entries, moment - AROUND_SECONDS, moment + AROUND_SECONDS)
    assert around <= MOST_TIMES_USUAL * usual, f"{around:.2f} s without a price, usually {usual:.2f} s"
    scene.note(f"prices around the renewal: longest pause {around:.2f} s, in the half minute before {usual:.2f} s")


def _longest_gap(entries: list[Entry], start: float, end: float) -> float:
    walls = [entry.wall for entry in entries if entry.kind == "frame" and PRICES in entry.text]
    chosen = [wall for wall in walls if start <= wall <= end]
    assert len(chosen) > 10, f"only {len(chosen)} prices in {end - start:.0f} s"
    return max(later - sooner for sooner, later in itertools.pairwise(chosen))


def setup_first_party(scene: Scene) -> None:
    """`ibtui oauth setup` with token and secret typed in."""
    file = scene.home / "config" / "ibtui" / "config.toml"
    screen = scene.start("--base-url", scene.gateway.base_url, "oauth", "setup")
    _token_given(scene)
    _reply(scene, r"File of the access token secret \[[^\]]*\]:", str(scene.keys / "typed_secret"))
    _reply(scene, r"Access token secret \(not shown\):", (scene.keys / "access_token_secret").read_text().strip())
    if "Trust it" in screen.see(r"tickle: answered; the token signs|Trust it from now on", START_SECONDS)[0]:
        _reply(scene, r"Trust it from now on\? \(y/N\):", "y")
        screen.see("tickle: answered; the token signs", START_SECONDS)
    _reply(scene, r"Write this into [\s\S]*:", "n")
    screen.ended()
    assert not file.exists()
    scene.note("`oauth setup`, first party: token and secret typed without echo, tickle answered, nothing written")


def setup_third_party(scene: Scene) -> None:
    """`ibtui oauth setup` with a login in the browser, and the dashboard with what it wrote."""
    file = scene.home / "config" / "ibtui" / "config.toml"
    screen = scene.start("--base-url", scene.gateway.base_url, "oauth", "setup")
    _keys_given(scene, "TESTCONS")
    _reply(scene, r"first or third \[third\]:", "")
    address = screen.see(r"https://\S+/authorize\?oauth_token=\w+", START_SECONDS)[0]
    page = scene.gateway.press_button(address.removeprefix(scene.gateway.root))
    verifier = re.search(r'id="oauth_verifier">([^<]+)<', page)
    assert verifier, page
    _reply(scene, r"The verifier, or the whole address.*:", verifier[1])
    _reply(scene, r"New file for its secret [\s\S]*:", str(scene.keys / "third_secret"))
    screen.see("tickle: answered; the token signs", START_SECONDS)
    _reply(scene, r"Write this into [\s\S]*:", "")
    screen.ended()
    assert file.stat().st_mode & 0o777 == 0o600
    scene.note("`oauth setup`, third party: request token, login, verifier, access token, tickle; configuration 0600")
    scene.dashboard(file, "third", more=["--base-url", scene.gateway.base_url])
    scene.live()
    scene.quits()
    scene.note("the dashboard with that configuration: lights on, prices there")


def _token_given(scene: Scene) -> None:
    _keys_given(scene, "IBTUITEST")
    _reply(scene, r"first or third \[first\]:", "")
    _reply(scene, r"Do you have the access token .*:", "")
    _reply(scene, r"Access token.*\(not shown\):", (scene.keys / "access_token").read_text().strip())


def setup_crashes(scene: Scene) -> None:
    """`ibtui oauth setup` with a crash in it whose words quote every secret, once the certificate is trusted."""
    screen = scene.start("--base-url", scene.gateway.base_url, "oauth", "setup", kind="setup")
    _token_given(scene)
    _reply(scene, r"File of the access token secret \[[^\]]*\]:", "")
    screen.ended()
    assert b"RuntimeError: a bug" in bytes(screen.received), screen.text()
    scene.note("crash in `oauth setup`, quoting every secret: on the terminal, without them")


def _keys_given(scene: Scene, consumer: str) -> None:
    _reply(scene, r"1\.0a or 2\.0 \[1\.0a\]:", "")
    _reply(scene, r"Consumer key:", consumer)
    _reply(scene, r"Folder of the keys \[[^\]]*\]:", str(scene.keys))
    _reply(scene, r"Are the keys made already\? \(Y/n\):", "")
    for piece in ("Signature key", "Encryption key", "Diffie-Hellman parameters"):
        _reply(scene, rf"{piece} \[[^\]]*\]:", "")


def _reply(scene: Scene, question: str, answer: str) -> None:
    """Wait for the question as the last thing on screen, and answer it."""
    screen = scene.screen
    pattern = question + r"\Z"
    screen.until(lambda text: re.search(pattern, text.rstrip("\n ")) is not None, f"/{question}/", START_SECONDS)
    screen.type(f"{answer}\r")


def bearer(scene: Scene) -> None:
    """OAuth 2.0 (beta): live, a token that dies, live again, an order."""
    scene.dashboard(scene.keys / "ibtui-oauth2.toml", "bearer")
    scene.trusts()
    scene.live()
    issued = scene.gateway.oauth()["issued"]
    scene.gateway.post("/sim/oauth/expire", {"status": 401})
    scene.wait(lambda: scene.gateway.oauth()["issued"] > issued, "a new bearer token", 60)
    scene.live(60)
    limit = scene.asks(-2.5)
    scene.screen.decide("y")
    scene.wait(lambda: scene.arrived(limit) == 1, "the order", 20)
    scene.quits()
    scene.note("2.0: lights on, Bearer dead by 401 and a new one by itself, an order once at the exchange")


def doctor(scene: Scene) -> None:
    """`ibtui doctor`, whose JSON tells the bodies sent and received; once well, once with dead tokens."""
    for settings in ("ibtui.toml", "ibtui-oauth2.toml"):
        for form in ([], ["--json"]):
            screen = scene.start("--config", str(scene.keys / settings), "doctor", *form)
            screen.ended(60)
            assert b"oauth" in bytes(screen.received).lower(), screen.text()
            assert screen.child.exitstatus == 0, screen.text()
    scene.gateway.post("/sim/oauth/kill-token", {})
    screen = scene.start("--config", str(scene.keys / "ibtui.toml"), "doctor", "--json")
    screen.ended(60)
    assert screen.child.exitstatus == 1, screen.text()
    scene.gateway.post("/sim/oauth/kill-token", {"restore": True})
    scene.note("`doctor` and `doctor --json`, 1.0a and 2.0, and with a revoked access token: exit status 0, 0 and 1")


def crash(kind: str, settings: str = "ibtui.toml") -> Act:
    """The program with a crash in it whose words quote every secret."""

    def act(scene: Scene) -> None:
        name = f"crash-{kind}-{settings}"
        screen = scene.dashboard(scene.keys / settings, name, kind=kind)
        log = scene.kept / f"{name}.log"
        scene.trusts()
        if kind == "end":
            scene.live()
            scene.quits()
        elif kind == "screen":
            screen.see("RuntimeError", START_SECONDS)
            screen.ended()
        else:
            scene.wait(lambda: log.exists() and "RuntimeError" in log.read_text(), "the crash", SIGNED_SECONDS)
            screen.watch(2.0)
            scene.quits()
        assert "RuntimeError: a bug" in log.read_text(), log.read_text()
        version = "2.0" if "oauth2" in settings else "1.0a"
        scene.note(f"{version}: crash in {CRASH_WORDS[kind]}, quoting every secret: in the log, without them")

    return act


CRASH_WORDS = {
    "worker": "the signing of each request",
    "thread": "a thread",
    "loop": "a callback of the loop",
    "screen": "the painting of the screen, which ends the program with its report on the terminal",
    "end": "the main thread after the screen was left, which Python reports on the terminal",
}


def planted(kind: str) -> Act:
    """The program with a leak in it: half of the access token secret, past every redaction."""

    def act(scene: Scene) -> None:
        scene.dashboard(scene.keys / "ibtui.toml", kind, kind=kind)
        scene.trusts()
        scene.live()
        scene.screen.watch(5.0)
        scene.quits()

    return act


def short(scene: Scene) -> None:
    """For the suite: up and down."""
    scene.dashboard(scene.keys / "ibtui.toml", "short", more=["--read-only"])
    scene.trusts()
    scene.live()
    scene.quits()

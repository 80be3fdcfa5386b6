"""The day matrix: each row lets one event of a day strike the real program in a terminal and looks at what it says."""

from __future__ import annotations

from collections.abc import Callable

from tests.day_matrix.scene import BY_SILENCE, LIVE, PRICE, Scene

NO_LOGIN = r"✗ Nobody is logged in at the gateway · c what to do"
NO_BROKERAGE = (
    r"✗ (There is no brokerage session|IBKR's (nightly reset|maintenance): no brokerage session) · c what to do"
)
"""By the hour of the day the trial runs at: on Saturday evening in New York it is maintenance."""
COMPETING = r"✗ Another program holds the brokerage session · c what to do"
DOWN = r"✗ The gateway does not answer · c what to do"
AILING = r"✗ (The gateway answers late or not at all|The gateway does not answer) · c what to do"
STREAM_DOWN = r"✗ The stream is down: prices on screen are old · c what to do"
SILENT = (
    r"✗ (The stream is (silent: figures|down: prices) on screen are|Part of the stream is silent: what it told is) old"
    r" · c what to do"
)
BROWSER = "logs in with the browser"

Run = Callable[[Scene], None]


def login_needed(scene: Scene) -> None:
    scene.serve("--scenario=not-logged-in")
    scene.open(SSH_CONNECTION="10.0.0.5 50000 10.0.0.9 22")
    scene.says(NO_LOGIN, rf"ssh -L {scene.gateway.port}:\S+:{scene.gateway.port}")
    scene.gateway.post("/sso/Login")
    scene.cured(BROWSER)
    scene.recovers()


def login_expires(scene: Scene) -> None:
    scene.start()
    scene.strike("login-expires")
    scene.says(NO_LOGIN)
    scene.gateway.post("/sso/Login")
    scene.cured(BROWSER)
    scene.recovers()


def competing_taken_over(scene: Scene) -> None:
    scene.start()
    scene.strike("competing")
    scene.says(COMPETING)
    scene.screen.press("c")
    scene.screen.see("t Start the session here")
    scene.screen.decide("t")
    scene.cured("presses c, t")
    scene.recovers()


def competing_ends_elsewhere(scene: Scene) -> None:
    scene.start()
    scene.strike("competing", seconds=12)
    scene.says(COMPETING)
    scene.over("competing")
    scene.recovers()


def brokerage_lost(scene: Scene) -> None:
    scene.start()
    scene.strike("brokerage-lost")
    scene.says_or_asks(rf"{NO_BROKERAGE}|(✗|◌) brokerage", "/iserver/auth/ssodh/init")
    scene.cured()
    scene.recovers()


def nightly_reset(scene: Scene) -> None:
    scene.start()
    scene.strike("nightly-reset", seconds=15)
    scene.says(NO_BROKERAGE)
    scene.over("nightly-reset")
    scene.recovers()


def nightly_reset_untold(scene: Scene) -> None:
    """No word at its beginning, and the old socket beats on."""
    scene.start()
    scene.strike("nightly-reset", seconds=45, told=False)
    scene.says(NO_BROKERAGE, within=BY_SILENCE)
    scene.over("nightly-reset")
    scene.recovers()


def maintenance(scene: Scene) -> None:
    scene.start()
    scene.strike("maintenance", seconds=15)
    scene.says(NO_BROKERAGE)
    scene.over("maintenance")
    scene.recovers()


def gateway_restarts(scene: Scene) -> None:
    scene.start()
    scene.strike("gateway-restart", seconds=8)
    scene.says(rf"{DOWN}|{STREAM_DOWN}", r"✗ gateway|✗ stream")
    scene.over("gateway-restart")
    scene.recovers()


def gateway_restarts_logged_out(scene: Scene) -> None:
    scene.start()
    scene.strike("gateway-restart", seconds=4, login=True)
    scene.says(rf"{DOWN}|{STREAM_DOWN}")
    scene.over("gateway-restart")
    scene.screen.see(NO_LOGIN, 10)
    scene.gateway.post("/sso/Login")
    scene.cured(BROWSER)
    scene.recovers()


def socket_cut(scene: Scene) -> None:
    scene.start()
    scene.strike("socket-cut", seconds=6)
    scene.says(STREAM_DOWN)
    scene.over("socket-cut")
    scene.recovers()


def socket_silent(scene: Scene) -> None:
    scene.start()
    scene.strike("socket-silent")
    scene.says(SILENT, within=BY_SILENCE)
    scene.cured()
    scene.recovers()


def dead(*topics: str) -> Run:
    def run(scene: Scene) -> None:
        """The heart beats and subscriptions are dead; a new socket feeds them again."""
        scene.start()
        scene.strike("dead-subscriptions", topics=list(topics), cure="reconnect")
        scene.says(rf"{SILENT}|stale|◌ stream", within=BY_SILENCE)
        scene.cured()
        scene.recovers()

    return run


def dead_ladder(scene: Scene) -> None:
    """The book of the instrument on the ladder; its own quote ticks beside it."""
    scene.start()
    scene.screen.press("f3")
    scene.screen.see(r"my bids +bid +price +ask")
    scene.until_alive("sbd")
    scene.strike("dead-subscriptions", topics=["sbd"], cure="resubscribe")
    scene.until_alive("sbd", within=BY_SILENCE)
    scene.result.said.append("(asked for again before its age would be shown)")
    scene.result.recovered_after = scene.passed


def unable_to_subscribe(scene: Scene) -> None:
    """The stream of orders is refused three times; until it is there the screen says that it is not."""
    scene.serve("--scenario=unable-to-subscribe")
    scene.open()
    scene.screen.see(LIVE, 20)
    scene.says(r"what it told is old · c what to do.*orders", within=BY_SILENCE)
    scene.cured()
    scene.recovers()
    scene.until_alive("sor")


def no_session(scene: Scene) -> None:
    """Only the tickle tells of it, which is asked each minute."""
    scene.start()
    scene.strike("no-session", seconds=75)
    asked = len(scene.gateway.requests("/tickle"))
    scene.screen.until(lambda _: len(scene.gateway.requests("/tickle")) > asked, "a tickle", 65)
    scene.begins()
    scene.says(NO_LOGIN)
    scene.over("no-session")
    scene.recovers()


def burst(status: int, prefix: str, words: str, within: float) -> Run:
    def run(scene: Scene) -> None:
        scene.start()
        scene.strike(f"burst-{status}", prefixes=[prefix], seconds=20)
        scene.says(words, within=within)
        scene.over(f"burst-{status}")
        scene.recovers()

    return run


def boxed(scene: Scene) -> None:
    """IBKR boxes an address for ten minutes; nothing may be sent into it."""
    scene.start()
    scene.strike("burst-429", prefixes=["/portfolio", "/iserver"], times=1)
    scene.says(r"PENALTY BOX \d+:\d\d", within=BY_SILENCE)
    scene.pause(3.0)  # what had left before is there
    asked = scene.gateway.count()
    left = scene.screen.see(r"PENALTY BOX (\d+):(\d\d)")
    scene.pause(int(left[1]) * 60 + int(left[2]) - 3.0)
    assert scene.gateway.count() == asked, "requests were sent into the penalty box"
    scene.screen.gone("PENALTY BOX")
    scene.cured()
    scene.recovers()


def harmless(event: str, **parameters: object) -> Run:
    def run(scene: Scene) -> None:
        """Nothing that a trader must know of: no light goes out, prices move on."""
        scene.start()
        scene.strike(event, **parameters)
        scene.stays(12.0)
        scene.screen.see(PRICE)

    return run


def slow(scene: Scene) -> None:
    scene.start()
    scene.strike("slow-answers", delay_seconds=30, seconds=45)
    scene.says(AILING, within=BY_SILENCE)
    scene.over("slow-answers")
    scene.recovers()


def half_open(new: str) -> Run:
    def run(scene: Scene) -> None:
        scene.start()
        scene.strike("half-open", seconds=50, new=new)
        scene.says(rf"{SILENT}|{AILING}|{DOWN}", within=BY_SILENCE)
        if new == "work":
            scene.cured()
        else:
            scene.over("half-open")
        scene.recovers()

    return run


def certificate_changed(scene: Scene) -> None:
    scene.serve(tls=True)
    scene.open()
    scene.screen.see("Yes, trust it from now on", 20)
    scene.screen.decide("y")
    scene.live()
    scene.strike("new-certificate")
    scene.says(r"STOP: the gateway's certificate has changed")
    scene.result.person = "must look: ibtui never trusts it by itself"


def unknown_host(scene: Scene) -> None:
    scene.open("https://gateway.invalid/v1/api")
    scene.says(r"✗ The gateway's host name is not known · c what to do", within=10)
    scene.result.person = "corrects the name"


def ipv6_only(scene: Scene) -> None:
    scene.serve("--host=::1")
    scene.open()
    scene.says(LIVE, within=20)


ROWS: dict[str, Run] = {
    "login needed": login_needed,
    "login expires": login_expires,
    "competing session, taken over": competing_taken_over,
    "competing session, ended there": competing_ends_elsewhere,
    "brokerage session lost": brokerage_lost,
    "nightly reset": nightly_reset,
    "nightly reset without a word": nightly_reset_untold,
    "maintenance": maintenance,
    "gateway restart": gateway_restarts,
    "gateway restart, logged out": gateway_restarts_logged_out,
    "socket cut": socket_cut,
    "socket silent": socket_silent,
    "dead subscriptions: all": dead("all"),
    "dead subscriptions: prices": dead("smd"),
    "dead subscriptions: account": dead("account"),
    "dead subscriptions: ladder": dead_ladder,
    "unable to subscribe on sor": unable_to_subscribe,
    "tickle: no session": no_session,
    "burst of 401": burst(401, "/", NO_LOGIN, 15),
    "burst of 410": burst(410, "/", rf"{AILING}|{NO_LOGIN}|{NO_BROKERAGE}", 15),
    "burst of 423 on the inbox": harmless("burst-423", prefixes=["/fyi"], seconds=10),
    "burst of 500": burst(500, "/", rf"{AILING}|{NO_BROKERAGE}", 15),
    "burst of 503": burst(503, "/", rf"{AILING}|{NO_BROKERAGE}", 15),
    "429": boxed,
    "slow answers (30 s)": slow,
    "half-open, new connections work": half_open("work"),
    "half-open, new connections hang": half_open("hang"),
    "certificate changed": certificate_changed,
    "clock skew": harmless("clock-skew", skew_seconds=-3600),
    "DNS failure": unknown_host,
    "IPv6-only loopback": ipv6_only,
}
"""Name of each row and what is done."""

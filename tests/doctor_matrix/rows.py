"""The doctor matrix: each row puts a gateway into a state and looks whether the doctor names the cause."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from tests.doctor_matrix.scene import Scene
from tests.e2e.gateways import free_port, web_server

LOGIN_PAGE = r"open http://127\.0\.0\.1:\d+ in a browser on this machine and log in"
WAIT = "wait some minutes: IBKR resets its servers each night"
RESTART = "if it lasts, (log in anew, then )?restart the gateway"
SETUP = "run “ibtui oauth setup”"
WAIT_DIRECT = f"{WAIT}.*; if it lasts, run “ibtui oauth setup”"
ESTABLISHED = r"established \(\w+ Build"

NEW_YORK = ZoneInfo("America/New_York")
RESET = datetime(2026, 11, 24, 1, 10, tzinfo=NEW_YORK)
SATURDAY = datetime(2026, 11, 21, 20, 0, tzinfo=NEW_YORK)
UNPLANNED = datetime(2026, 11, 24, 8, 0, tzinfo=NEW_YORK)
"""In no region of IBKR's an outage is planned now."""

Row = Callable[[Scene], None]


def well(scene: Scene) -> None:
    scene.serve()
    scene.diagnosed("brokerage", "ok", ESTABLISHED, exit=0)


def login_needed(scene: Scene) -> None:
    scene.serve("--scenario=not-logged-in")
    scene.diagnosed("login", "bad", "nobody is logged in at the gateway", LOGIN_PAGE)


def login_expires(scene: Scene) -> None:
    scene.serve()
    scene.strike("login-expires")
    scene.diagnosed("login", "bad", "nobody is logged in at the gateway", LOGIN_PAGE)


def competing(scene: Scene) -> None:
    scene.serve()
    scene.strike("competing", warning_seconds=0)
    scene.diagnosed("competing session", "bad", "another program has this user's one brokerage session", "end it there")


def brokerage_lost(scene: Scene) -> None:
    scene.serve()
    scene.strike("brokerage-lost")
    scene.diagnosed(
        "brokerage", "warning", "was not up; the doctor asked for it, ending no other, and it is now", exit=0
    )


def nightly_reset(scene: Scene) -> None:
    scene.serve()
    scene.at(UNPLANNED)
    scene.strike("nightly-reset", seconds=600)
    scene.diagnosed("brokerage", "bad", "does not open although asked for.*: maintenance or a reset", WAIT)


def maintenance(scene: Scene) -> None:
    scene.serve()
    scene.at(UNPLANNED)
    scene.strike("maintenance")
    scene.diagnosed("brokerage", "bad", "does not open although asked for.*: maintenance or a reset", WAIT)


def planned(event: str, said: str, moment: datetime) -> Row:
    """At a time of New York at which IBKR plans to be away: the doctor says which outage it likely is."""

    def run(scene: Scene) -> None:
        scene.serve()
        scene.at(moment)
        scene.strike(event, seconds=600)
        scene.diagnosed("brokerage", "bad", f"does not open although asked for.*; likely the {said}", WAIT)

    return run


def gateway_down(scene: Scene) -> None:
    scene.serve()
    scene.strike("gateway-restart", seconds=12, again=False)
    scene.diagnosed("port", "bad", "no gateway: nothing listens at", "start the Client Portal Gateway")


def gateway_restarted_logged_out(scene: Scene) -> None:
    scene.serve()
    scene.strike("gateway-restart", seconds=0, login=True, again=False)
    scene.until_up()
    scene.diagnosed("login", "bad", "nobody is logged in at the gateway", LOGIN_PAGE)


def sockets_refused(scene: Scene) -> None:
    scene.serve()
    scene.strike("socket-cut", seconds=120)
    scene.diagnosed("stream", "bad", r"does not open \(the gateway refused it: .*HTTP 503", RESTART)


def sockets_silent(scene: Scene) -> None:
    scene.serve()
    scene.strike("socket-silent", new=True)
    scene.diagnosed("stream", "bad", "opens, but takes no subscriptions: “system success” never came", RESTART)


def dead_subscriptions(scene: Scene) -> None:
    scene.serve()
    scene.strike("dead-subscriptions", topics=["all"], cure="none")
    scene.diagnosed("stream", "bad", "but the prices of AAPL that were subscribed do not come", RESTART)


def dead_subscriptions_of_others(scene: Scene) -> None:
    """A new socket feeds them again, and the doctor's is new: nothing is left to be seen."""
    scene.serve()
    scene.strike("dead-subscriptions", topics=["all"], cure="reconnect")
    scene.diagnosed("stream", "ok", "prices come", exit=0)


def unable_to_subscribe(scene: Scene) -> None:
    scene.serve()
    scene.strike("unable-to-subscribe", topics=["sor"])
    scene.diagnosed("stream", "warning", "orders cannot be subscribed.*unable to subscribe", "reads orders by", exit=0)


def no_session(scene: Scene) -> None:
    scene.serve()
    scene.strike("no-session", times=100)
    scene.diagnosed("login", "bad", "nobody is logged in at the gateway.*no session", LOGIN_PAGE)


def burst(status: int, step: str, said: str, todo: str, *, prefix: str = "/") -> Row:
    def run(scene: Scene) -> None:
        scene.serve()
        scene.strike(f"burst-{status}", prefixes=[prefix], seconds=300)
        scene.diagnosed(step, "bad", said, todo)

    return run


def slow(delay: float, step: str, state: str, said: str, todo: str, *, prefix: str = "/") -> Row:
    def run(scene: Scene) -> None:
        scene.serve()
        scene.strike("slow-answers", delay_seconds=delay, prefixes=[prefix], seconds=600)
        scene.diagnosed(step, state, said, todo, exit=int(state == "bad"))

    return run


def slow_throughout(scene: Scene) -> None:
    """Each answer comes in time, and all of them together take too long."""
    scene.serve()
    scene.strike("brokerage-lost")
    scene.strike("slow-answers", delay_seconds=14, prefixes=["/iserver"], seconds=600)
    said = r"given up, the walk had taken 55 s: answers come late, the slowest after 14\.\d s"
    scene.diagnosed("market data", "bad", said, RESTART)


def half_open_works(scene: Scene) -> None:
    scene.serve()
    scene.strike("half-open", new="work", seconds=30)
    scene.diagnosed("brokerage", "ok", ESTABLISHED, exit=0)


def half_open_hangs(scene: Scene) -> None:
    scene.serve(tls=True)
    scene.accept_certificate()
    scene.strike("half-open", new="hang", seconds=40, again=False)
    scene.diagnosed(
        "certificate", "bad", r"connected, but no certificate is shown \(the TLS handshake is not answered\)", RESTART
    )


def half_open_hangs_plain(scene: Scene) -> None:
    scene.serve()
    scene.strike("half-open", new="hang", seconds=60, again=False)
    scene.diagnosed("gateway", "bad", r"connected, but no answer came \(no answer in time\)", RESTART)


def certificate_unknown(scene: Scene) -> None:
    scene.serve(tls=True)
    scene.diagnosed("certificate", "warning", "never accepted so far", "run ibtui and accept it there")


def certificate_changed(scene: Scene) -> None:
    scene.serve(tls=True)
    scene.accept_certificate()
    scene.strike("new-certificate", again=False)
    scene.diagnosed("certificate", "bad", "changed: now sha256:", "only if you changed or reinstalled the gateway")


def clock_skew(scene: Scene) -> None:
    scene.serve()
    scene.strike("clock-skew", skew_seconds=-3600)
    said = r"the gateway's is (1 h 0 min|59 min \d+ s) behind this machine's \(Date header\)"
    scene.diagnosed("clock", "warning", said, r"set this machine's clock \(NTP\)", exit=0)


def unknown_host(scene: Scene) -> None:
    scene.look_at("https://gateway.invalid/v1/api")
    scene.diagnosed("name", "bad", "gateway.invalid is not known to this machine's DNS", "check the network")


def ipv6_only(scene: Scene) -> None:
    scene.serve("--host=::1")
    scene.diagnosed("port", "ok", r"\[::1\]:\d+ answers", exit=0)


def ipv6_only_asked_by_ipv4(scene: Scene) -> None:
    scene.serve("--host=::1")
    scene.look_at(f"http://127.0.0.1:{scene.simulator.port}/v1/api")
    scene.diagnosed(
        "port", "bad", r"refuses, but ::1 listens at port \d+", r"set base_url to http://\[::1\]:\d+/v1/api"
    )


def wrong_port(scene: Scene) -> None:
    scene.look_at(f"https://127.0.0.1:{free_port()}/v1/api")
    scene.diagnosed("port", "bad", "no gateway: nothing listens at", "start the Client Portal Gateway")


def wrong_port_of_the_folder(scene: Scene) -> None:
    """The gateway of gateway.path listens elsewhere by its conf.yaml."""
    folder = scene.home / "clientportal.gw"
    (folder / "root").mkdir(parents=True)
    (folder / "bin").mkdir()
    (folder / "bin" / "run.sh").write_text("#!/bin/bash\n")
    (folder / "root" / "conf.yaml").write_text("listenPort: 5111\nlistenSsl: true\n")
    configuration = scene.home / "config.toml"
    configuration.write_text(f'base_url = "https://127.0.0.1:{free_port()}/v1/api"\n[gateway]\npath = "{folder}"\n')
    scene.flags = ["--config", str(configuration)]
    scene.diagnosed("port", "bad", "nothing listens at", "listens at port 5111 .*make them the same")


def other_server(scheme: str, step: str, said: str) -> Row:
    def run(scene: Scene) -> None:
        with web_server(200, b"<html>hello</html>", {"Content-Type": "text/html"}) as port:
            scene.look_at(f"{scheme}://127.0.0.1:{port}/v1/api")
            scene.diagnosed(step, "bad", said, "check the port in base_url")

    return run


def oauth(configuration: str = "ibtui.toml", version: str = "1.0a") -> Row:
    def run(scene: Scene) -> None:
        scene.serve_oauth(configuration)
        scene.diagnosed("OAuth", "ok", rf"OAuth {version}: keys read, ", exit=0)

    return run


def oauth_lever(path: str, parameters: dict[str, object], said: str, todo: str = SETUP) -> Row:
    def run(scene: Scene) -> None:
        scene.serve_oauth()
        scene.pull(path, **parameters)
        scene.diagnosed("OAuth", "bad", said, todo)

    return run


def oauth_wrong_consumer(scene: Scene) -> None:
    scene.serve_oauth()
    scene.configure("IBTUITEST", "IBTUIWRNG")
    scene.diagnosed("OAuth", "bad", "IBKR does not know the consumer key", SETUP)


def oauth_readable_key(scene: Scene) -> None:
    scene.serve_oauth()
    (scene.oauth / "private_signature.pem").chmod(0o644)
    scene.diagnosed(
        "OAuth",
        "bad",
        r"others can get at .*private_signature\.pem \(mode 0644\)",
        "type: chmod 600 .*private_signature.pem$",
    )


def oauth_wrong_key(scene: Scene) -> None:
    scene.serve_oauth()
    (scene.oauth / "private_signature.pem").write_bytes((scene.oauth / "oauth2_private.pem").read_bytes())
    scene.diagnosed("OAuth", "bad", "the signature does not fit", SETUP)


def oauth_expires_at_once(scene: Scene) -> None:
    """The live session token is had, and dead when it is used."""
    scene.serve_oauth()
    scene.pull("/sim/oauth/rules", life_s=0)
    scene.diagnosed("login", "bad", "the token is refused", SETUP)


def oauth_expired_before(scene: Scene) -> None:
    """A token of another run has expired: the doctor has a new one made, as ibtui does."""
    scene.serve_oauth()
    scene.pull("/sim/oauth/expire", status=401)
    scene.diagnosed("OAuth", "ok", "live session token had", exit=0)


def oauth_clock(scene: Scene) -> None:
    scene.serve_oauth()
    scene.strike("clock-skew", skew_seconds=-3600)
    scene.diagnosed("OAuth", "bad", "this machine's clock is 60 min .* ahead of IBKR's", "set this machine's clock")


def oauth2_wrong_client(scene: Scene) -> None:
    scene.serve_oauth("ibtui-oauth2.toml")
    scene.configure("ibtui-sim-client", "nobody", "ibtui-oauth2.toml")
    scene.diagnosed("OAuth", "bad", "OAuth 2.0: ", SETUP)


def oauth_reset(scene: Scene) -> None:
    scene.serve_oauth()
    scene.strike("nightly-reset", seconds=600)
    scene.diagnosed("brokerage", "bad", "does not open although asked for", WAIT_DIRECT)


UNREACHED = "IBKR cannot be reached just now"
LATE = "no answer in time"

ROWS: dict[str, Row] = {
    "nothing": well,
    "login needed": login_needed,
    "login expires": login_expires,
    "competing session": competing,
    "brokerage session lost": brokerage_lost,
    "nightly reset": nightly_reset,
    "maintenance": maintenance,
    "nightly reset at 01:10": planned("nightly-reset", "nightly reset .North America, about 01:00", RESET),
    "maintenance on Saturday at 20:00": planned("maintenance", "maintenance .Saturday evening", SATURDAY),
    "gateway down": gateway_down,
    "gateway restarted, logged out": gateway_restarted_logged_out,
    "socket cut, new ones refused": sockets_refused,
    "socket silent, new ones too": sockets_silent,
    "dead subscriptions": dead_subscriptions,
    "dead subscriptions of older sockets": dead_subscriptions_of_others,
    "unable to subscribe on sor": unable_to_subscribe,
    "tickle: no session": no_session,
    "burst of 401": burst(401, "login", "nobody is logged in at the gateway", LOGIN_PAGE),
    "burst of 410": burst(410, "login", r"the session is over \(HTTP 410", LOGIN_PAGE),
    "burst of 423": burst(423, "login", r"the gateway is busy \(HTTP 423", "try again in a minute"),
    "burst of 429": burst(429, "pacing", r"too many requests \(HTTP 429\): IBKR boxes this address", "send nothing"),
    "burst of 500": burst(500, "login", rf"{UNREACHED} \(HTTP 500", WAIT),
    "burst of 502": burst(502, "login", rf"{UNREACHED} \(HTTP 502", WAIT),
    "burst of 503": burst(503, "login", rf"{UNREACHED} \(HTTP 503", WAIT),
    "burst of 503 below /iserver": burst(503, "brokerage", "HTTP 503", WAIT, prefix="/iserver"),
    "burst of 401 below /iserver": burst(401, "brokerage", "although asked for", "log in anew", prefix="/iserver"),
    "slow answers (30 s)": slow(30, "gateway", "bad", rf"connected, but no answer came \({LATE}\)", RESTART),
    "slow answers (30 s) below /iserver": slow(30, "brokerage", "bad", LATE, RESTART, prefix="/iserver"),
    "slow answers (5 s)": slow(5, "gateway", "warning", r"only after 5\.\d s: slow", RESTART),
    "slow answers (14 s) one after the other": slow_throughout,
    "half-open, new connections work": half_open_works,
    "half-open, new connections hang": half_open_hangs,
    "half-open, new connections hang, http": half_open_hangs_plain,
    "certificate unknown": certificate_unknown,
    "certificate changed": certificate_changed,
    "clock skew": clock_skew,
    "DNS failure": unknown_host,
    "IPv6-only loopback": ipv6_only,
    "IPv6-only loopback, base_url says IPv4": ipv6_only_asked_by_ipv4,
    "wrong port": wrong_port,
    "wrong port, the folder knows the right one": wrong_port_of_the_folder,
    "another web server, https": other_server("https", "certificate", "does not speak TLS"),
    "another web server, http": other_server("http", "gateway", "something else answers there"),
    "OAuth 1.0a": oauth(),
    "OAuth 1.0a, wrong consumer key": oauth_wrong_consumer,
    "OAuth 1.0a, key file readable by others": oauth_readable_key,
    "OAuth 1.0a, another signature key": oauth_wrong_key,
    "OAuth 1.0a, access token revoked": oauth_lever("/sim/oauth/kill-token", {}, "the access token is not valid"),
    "OAuth 1.0a, wrong Diffie-Hellman answer": oauth_lever(
        "/sim/oauth/rules", {"dh_fault": "signature"}, "does not fit IBKR's proof"
    ),
    "OAuth 1.0a, live session token expired": oauth_expired_before,
    "OAuth 1.0a, live session token dead when used": oauth_expires_at_once,
    "OAuth 1.0a, clock off": oauth_clock,
    "OAuth 1.0a, nightly reset": oauth_reset,
    "OAuth 2.0": oauth("ibtui-oauth2.toml", r"2\.0"),
    "OAuth 2.0, wrong client": oauth2_wrong_client,
}
"""Name of each row and what is done."""

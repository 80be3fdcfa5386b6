"""The way to the gateway: name, port, certificate, and whether a gateway is at its end."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from ibtui.commands.doctor.facts import Address, Certificate, Doors, Exchange, Names, Trusted
from ibtui.commands.doctor.steps import State, Verdict, bad, ok, warning
from ibtui.commands.doctor.words import said
from ibtui.errors import Garbled, IbtuiError, PenaltyBox
from ibtui.protocol.bodies import Json, parse_object
from ibtui.protocol.clean import clean
from ibtui.transport.answers import Response
from ibtui.transport.listeners import Listener, is_airplay, taken_words
from ibtui.ui.troubles import grouped

SOON = timedelta(days=14)
"""A certificate that ends within this time is worth a word."""
SLOW_SECONDS = 3.0
SERVER_ERROR = 500
FORBIDDEN = 403
GONE, BUSY = 410, 423
"""Seen of a gateway whose session ended, or that waits for IBKR ("waiting for reply", wire-facts 7)."""
SHORT = len("sha256:") + 16
AIRPLAY_SERVER = "airtunes"
"""What AirPlay's HTTP server calls itself."""
IPV6_ONLY = "the name stands for IPv6 alone, and IBKR's gateway listens on IPv4"


def judge_names(address: Address, names: Names) -> Verdict:
    """Whether the name leads anywhere."""
    if not names.addresses:
        why = f" ({clean(names.error, limit=80)})" if names.error else ""
        if address.is_loopback:
            remedy = f"put “127.0.0.1 localhost” into the hosts file, or set base_url to {_with_host(address, None)}"
        else:
            remedy = "check the network (is it up? a VPN? DNS?) and the name in base_url"
        return bad(f"{address.host} is not known to this machine's DNS{why}", remedy)
    shown = ", ".join(names.addresses[:4])
    if address.host in names.addresses:
        return ok(f"{address.host} is an address, no name to look up")
    if address.is_loopback and not any("." in found for found in names.addresses):
        remedy = f"if the next step fails: set base_url to {_with_host(address, None)}, or fix the hosts file"
        return warning(f"{address.host} is {shown}: {IPV6_ONLY}", remedy)
    return ok(f"{address.host} is {shown}")


def judge_doors(address: Address, doors: Doors, *, platform: str = sys.platform) -> Verdict:
    """Whether something listens there."""
    taker = doors.listener
    if doors.is_open:
        closed = [door.address for door in doors.doors if door.refusal]
        who = f" ({taker.words})" if taker is not None and taker.pid else ""
        also = f"; not at {', '.join(closed)}, which is usual" if closed else ""
        if taker is not None and is_airplay(taker, address.port, platform=platform):
            return bad(*_taken(taker, address.port, platform))
        return ok(f"{address.place} answers{who}{also}")
    why = "; ".join(dict.fromkeys(f"{door.address}: {door.refusal}" for door in doors.doors))
    if doors.other_loopback:
        remedy = f"set base_url to {_with_host(address, doors.other_loopback)}"
        return bad(f"{address.place} refuses, but {doors.other_loopback} listens at port {address.port}", remedy)
    if not address.is_loopback:
        remedy = "check base_url, the network and firewalls"
        return bad(f"nothing answers at {address.place} ({why})", remedy)
    return bad(f"no gateway: nothing listens at {address.place} ({why})", _start_words(address, doors))


def judge_certificate(address: Address, shown: Certificate, now: datetime, *, platform: str = sys.platform) -> Verdict:
    """How far the other end is who it should be; `now` is aware of its zone."""
    short, date = shown.fingerprint[:SHORT] + "…", ""
    if shown.not_after is not None:
        date = f"; it {'ended' if shown.not_after < now else 'ends'} on {shown.not_after:%Y-%m-%d}"
    match shown.trusted:
        case Trusted.PLAIN:
            return ok("none needed: http:// on this machine")
        case Trusted.VERIFIED:
            if shown.not_after is not None and shown.not_after - now < SOON:
                return warning(f"verified by this system{date}", "have it renewed")
            return ok(f"verified by this system{date}")
        case Trusted.PINNED:
            return ok(f"the one accepted before ({short}{date})")
        case Trusted.UNKNOWN if address.is_direct:
            meaning = f"never accepted so far, and OAuth's tokens are for nobody unknown{date}; SHA-256 "
            return bad(meaning + " ".join(grouped(shown.fingerprint)), "run ibtui and accept it there")
        case Trusted.UNKNOWN:
            remedy = "run ibtui and accept it there; the doctor accepts nothing"
            meaning = f"never accepted so far; looked at for this run only{date}; SHA-256 "
            meaning += " ".join(grouped(shown.fingerprint))
            return warning(meaning, remedy, blocks=True)
        case Trusted.CHANGED:
            remedy = "accept the new one in ibtui only if you changed or reinstalled the gateway; nothing was sent"
            return bad(f"changed: now {short}, accepted was {shown.accepted[:SHORT]}…", remedy)
        case Trusted.INVALID:
            remedy = "nothing was sent: check base_url, this machine's clock and who stands in between"
            return bad(f"refused: {clean(shown.why, limit=120).rstrip('.')}{date}", remedy)
        case Trusted.NOT_TLS:
            return _judge_plain_listener(address, shown, platform)
    return bad(
        f"connected, but no certificate is shown ({clean(shown.why, limit=120)})",
        "try again; if it lasts, restart the gateway, which may hang",
    )


def judge_gateway(address: Address, tickle: Exchange, *, platform: str = sys.platform) -> Verdict:
    """Whether what answered `/tickle` is a Client Portal Gateway."""
    check = f"check the port in base_url ({address.place})"
    answer = Response(tickle.status, tickle.body, tickle.headers)
    if isinstance(tickle.error, PenaltyBox):
        how = "it answers HTTP 429" if tickle.status else "not asked: an earlier answer was HTTP 429"
        return Verdict(State.NOT_REACHED, f"{how}, too many requests: see pacing")
    if not tickle.status:
        return bad(
            f"connected, but no answer came ({said(tickle.error)})",
            "try again; if it lasts, restart the gateway, which may hang",
        )
    if tickle.status >= SERVER_ERROR or tickle.status in (GONE, BUSY):
        return warning(f"answers HTTP {tickle.status}: a gateway, by the look of it, in trouble; see login")
    if AIRPLAY_SERVER in tickle.headers.get("server", "").casefold():
        return bad(*_taken(Listener(), address.port, platform))
    if 300 <= tickle.status < 400:
        goal = clean(tickle.headers.get("location", ""), limit=100)
        if "login" in goal.casefold():
            return ok("a Client Portal Gateway: it sends to its login page")
        return bad(f"not a gateway: it sends to {goal or 'another page'}", check)
    if tickle.status == 401:
        return ok("a Client Portal Gateway: it wants a login")
    if tickle.status == FORBIDDEN:
        remedy = f"if it is one, allow this address in root/conf.yaml (ips: allow); else {check}"
        return bad("HTTP 403: it refuses this machine, or is no gateway", remedy)
    if answer.is_html or tickle.status >= 400 or not _looks_like_tickle(tickle.body):
        return bad(f"something else answers there (HTTP {tickle.status}), no gateway", check)
    if tickle.seconds > SLOW_SECONDS:
        meaning = f"a Client Portal Gateway, but it answers only after {tickle.seconds:.1f} s: slow"
        return warning(meaning, "try again; if it lasts, restart the gateway, and look at the network to IBKR")
    return ok(f"a Client Portal Gateway, answers in {tickle.seconds:.2f} s")


def _judge_plain_listener(address: Address, shown: Certificate, platform: str) -> Verdict:
    """What to do about a listener that does not speak TLS; AirPlay does not, nor a gateway with `listenSsl: false`."""
    if AIRPLAY_SERVER in shown.server.casefold():
        return bad(*_taken(Listener(), address.port, platform))
    remedy = f"check the port in base_url ({address.place}), or use http:// if conf.yaml has listenSsl: false"
    name = f" (it calls itself {clean(shown.server, limit=40)})" if shown.server else ""
    return bad(f"what listens at {address.place} does not speak TLS{name}", remedy)


def _taken(taker: Listener, port: int, platform: str) -> tuple[str, str]:
    """Meaning and remedy for a port that somebody else has; what answers like AirPlay is AirPlay."""
    words, _, remedy = taken_words(taker, port, platform="darwin" if not taker.pid else platform).partition(": ")
    return words, remedy


def _start_words(address: Address, doors: Doors) -> str:
    if doors.folder_port and doors.folder_port != address.port:
        return (
            f"the gateway in gateway.path listens at port {doors.folder_port} (conf.yaml) and base_url says "
            f"{address.port}: make them the same"
        )
    if doors.has_folder:
        return "run “ibtui gateway start”"
    return "start the Client Portal Gateway (bin/run.sh root/conf.yaml in its folder), or set gateway.path"


def _looks_like_tickle(body: bytes) -> bool:
    try:
        answer: Json = parse_object(body)
    except Garbled:
        return False
    except IbtuiError:
        return True  # `{"error": "no session"}` in a gateway's words
    return "session" in answer or "iserver" in answer


def _with_host(address: Address, host: str | None) -> str:
    named = host or "127.0.0.1"
    return f"{address.scheme}://{f'[{named}]' if ':' in named else named}:{address.port}/v1/api"

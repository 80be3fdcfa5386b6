"""What each trouble of the connection means and what mends it, in the words of the banner and the dialog. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from ibtui.domain.session import Health, Trouble
from ibtui.ui.formatting import countdown


class Remedy(Struct, frozen=True):
    """One trouble for a person."""

    title: str
    advice: str
    """What to do, in whole sentences."""
    retries: bool = True
    """Trying again now may help."""
    takes_over: bool = False
    """Starting the brokerage session here may help."""


REMEDIES: Mapping[Trouble, Remedy] = {
    Trouble.GATEWAY_DOWN: Remedy(
        "The gateway does not answer",
        "Start the Client Portal Gateway (bin/run.sh root/conf.yaml) and log in with a browser at its address. "
        "ibtui goes on trying by itself.",
    ),
    Trouble.HOST_UNKNOWN: Remedy(
        "The gateway's host name is not known",
        "The name in --base-url cannot be resolved: look for a typing mistake, and whether network or VPN are up. "
        "ibtui goes on trying by itself.",
    ),
    Trouble.AILING: Remedy(
        "The gateway answers late or not at all",
        "It is there, but its answers are late, missing or errors. What is on screen may be old. "
        "ibtui goes on asking; if it lasts, restart the gateway.",
    ),
    Trouble.WRONG_PORT: Remedy(
        "What answers is not a Client Portal Gateway",
        "Another program listens at this address. Compare the port with listenPort in the gateway's root/conf.yaml and "
        "give the right address with --base-url. On macOS port 5000 often belongs to AirPlay.",
    ),
    Trouble.CERTIFICATE_UNKNOWN: Remedy(
        "The gateway's certificate is not known yet",
        "Look at the fingerprint before you trust it.",
        retries=False,
    ),
    Trouble.CERTIFICATE_CHANGED: Remedy(
        "STOP: the gateway's certificate has changed",
        "It is not the certificate you trusted. If you did not replace it yourself, another program may be listening "
        "in the gateway's place: enter no password there.",
    ),
    Trouble.CERTIFICATE_INVALID: Remedy(
        "The gateway's certificate does not verify",
        "Only a gateway on this machine may use a certificate of its own. Use its right name, or a certificate that a "
        "known authority signed.",
    ),
    Trouble.LOGGED_OUT: Remedy(
        "Nobody is logged in at the gateway",
        "Log in on the gateway's own page, two-factor included. IBKR allows that only from the gateway's machine, or "
        "through a tunnel to it. ibtui notices.",
    ),
    Trouble.NOT_AUTHORISED: Remedy(
        "IBKR does not accept this program's tokens",
        "Without a gateway OAuth vouches for every request. ibtui oauth setup walks through keys and tokens and checks "
        "each of them.",
    ),
    Trouble.NIGHTLY_RESET: Remedy(
        "IBKR's nightly reset: no brokerage session",
        "IBKR takes its trading servers down each night at about 01:00 of their region, for minutes. Orders at the "
        "exchange go on working. Nothing needs to be done: ibtui asks for the session until it is back.",
    ),
    Trouble.MAINTENANCE: Remedy(
        "IBKR's maintenance: no brokerage session",
        "IBKR refuses the session for long, as in the maintenance of Saturday evening. ibtui asks for it until it is "
        "back; IBKR's System Status page tells more.",
        takes_over=True,
    ),
    Trouble.NO_BROKERAGE: Remedy(
        "There is no brokerage session",
        "The login is there, trading and market data are not. It may come back by itself within a minute, as after the "
        "nightly reset.",
        takes_over=True,
    ),
    Trouble.COMPETING: Remedy(
        "Another program holds the brokerage session",
        "TWS, IBKR Mobile or a browser is logged in with the same user. Taking over ends the session there.",
        takes_over=True,
    ),
    Trouble.STREAM_DOWN: Remedy(
        "The stream is down: prices on screen are old",
        "Orders still work by requests, but nothing on screen is live until the stream is back.",
    ),
    Trouble.STREAM_SILENT: Remedy(
        "Part of the stream is silent: what it told is old",
        "The stream's heart beats, but what should come does not. ibtui subscribes again, then opens the stream anew, "
        "then asks after the session, by itself.",
    ),
    Trouble.PENALTY: Remedy(
        "Too many requests: IBKR has boxed this address",
        "Nothing is sent until the time is over. Cancels wait for that and go first then. It ends by itself.",
        retries=False,
    ),
}
"""Every trouble but NONE."""


def waiting_words(health: Health, now: float) -> str:
    """How long until something happens by itself: `next attempt in 0:12`; blank when nothing is planned."""
    if health.penalty_until > now:
        return f"over in {countdown(health.penalty_until - now)}"
    if health.next_attempt > now:
        return f"next attempt in {countdown(health.next_attempt - now)}"
    return ""


def grouped(fingerprint: str) -> tuple[str, ...]:
    """A fingerprint as people compare it: pairs of capitals with colons, 16 bytes a line, without its prefix."""
    digits = fingerprint.partition(":")[2] or fingerprint
    pairs = [digits[i : i + 2].upper() for i in range(0, len(digits), 2)]
    return tuple(":".join(pairs[i : i + 16]) for i in range(0, len(pairs), 16))

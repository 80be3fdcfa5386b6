"""What keeps the link down, in one sentence that says what to do."""

from __future__ import annotations

from urllib.parse import urlsplit

from ibtui.domain.session import Light, Trouble
from ibtui.errors import (
    CertificateChanged,
    CertificateUnknown,
    Garbled,
    GatewayDown,
    GatewayError,
    IbtuiError,
    NoBrokerageSession,
    NotLoggedIn,
    PenaltyBox,
    Refused,
    TrustError,
)
from ibtui.session.board import Setback
from ibtui.session.messages import reason

SERVER_ERROR = 500
QUICK_SECONDS = 2.0
"""Between attempts to reach a gateway on this machine."""
SLOW_SECONDS = 5.0
"""Between attempts that wait for a person."""


class Setbacks:
    """Makes setbacks of errors, for the gateway at one base URL."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._place = parts.netloc
        self._login_page = f"{parts.scheme}://{parts.netloc}"

    def of(self, error: IbtuiError) -> Setback:
        """The setback an error of reaching the gateway or its login means."""
        if isinstance(error, TrustError):
            return self._of_certificate(error)
        if isinstance(error, NotLoggedIn):
            return self.logged_out()
        if isinstance(error, NoBrokerageSession):
            return self.no_brokerage(error.detail)
        if isinstance(error, PenaltyBox):
            return Setback(Trouble.PENALTY, "The gateway asked for silence: too many requests.", SLOW_SECONDS)
        if isinstance(error, Garbled):
            return self.wrong_port("its answer is none of a gateway's")
        if isinstance(error, GatewayError):
            return self._of_refusal(error)
        return self._down(error)

    def logged_out(self) -> Setback:
        """Nobody is logged in at the gateway."""
        detail = f"Open {self._login_page} in a browser and log in; ibtui goes on by itself."
        return Setback(Trouble.LOGGED_OUT, detail, login=Light.BAD, brokerage=Light.OFF)

    def no_brokerage(self, words: str = "") -> Setback:
        """The login is there, the brokerage session is not yet."""
        said = f" ({words})" if words else ""
        detail = f"The brokerage session is not up{said}; ibtui asks for it again by itself."
        return Setback(Trouble.NO_BROKERAGE, detail, brokerage=Light.WAIT)

    def competing(self) -> Setback:
        """Another program holds the brokerage session."""
        detail = "End it there (TWS, mobile or another gateway), or take over here."
        return Setback(Trouble.COMPETING, detail, SLOW_SECONDS)

    def wrong_port(self, why: str) -> Setback:
        """Something else listens there."""
        detail = f"{self._place} is no Client Portal Gateway ({why}): check --base-url and its port."
        return _unreached(Trouble.WRONG_PORT, detail, SLOW_SECONDS)

    def _down(self, error: IbtuiError) -> Setback:
        if isinstance(error, GatewayDown):
            detail = f"No gateway answers at {self._place}: start the Client Portal Gateway; ibtui goes on by itself."
        else:
            detail = f"The gateway at {self._place} does not answer ({reason(error)}); ibtui tries again."
        return _unreached(Trouble.GATEWAY_DOWN, detail, QUICK_SECONDS)

    def _of_refusal(self, error: GatewayError) -> Setback:
        if error.status >= SERVER_ERROR:
            detail = f"The gateway cannot reach IBKR just now ({error.detail}); it may be the daily reset."
            return Setback(Trouble.NO_BROKERAGE, detail, SLOW_SECONDS, login=Light.WAIT, brokerage=Light.BAD)
        if isinstance(error, Refused) and error.status:
            return self.wrong_port(f"HTTP {error.status}")
        return self.no_brokerage(error.detail)

    def _of_certificate(self, error: TrustError) -> Setback:
        if isinstance(error, CertificateUnknown):
            trouble = Trouble.CERTIFICATE_UNKNOWN
            detail = f"The gateway at {self._place} shows a certificate never seen before: trust it to go on."
        elif isinstance(error, CertificateChanged):
            trouble = Trouble.CERTIFICATE_CHANGED
            detail = f"{error.detail}. Trust the new one only if you changed the gateway yourself."
        else:
            trouble = Trouble.CERTIFICATE_INVALID
            detail = f"The certificate at {self._place} is refused: {error.detail}."
        return _unreached(trouble, detail, SLOW_SECONDS, error.fingerprint)


def _unreached(trouble: Trouble, detail: str, wait: float, fingerprint: str = "") -> Setback:
    """A setback before the gateway could say anything."""
    return Setback(trouble, detail, wait, fingerprint, gateway=Light.BAD, login=Light.OFF, brokerage=Light.OFF)

"""What a standing looks like: three lights, the trouble, and one sentence that says what to do. Pure."""

from __future__ import annotations

from urllib.parse import urlsplit

from msgspec import Struct

from ibtui.domain.session import Light, Trouble
from ibtui.session.connection import signals as s
from ibtui.session.connection.standing import Deed, Standing, State


class Picture(Struct, frozen=True):
    """Lights of gateway, login and brokerage session, and why they are not all on."""

    trouble: Trouble = Trouble.NONE
    detail: str = ""
    fingerprint: str = ""
    gateway: Light = Light.ON
    login: Light = Light.ON
    brokerage: Light = Light.ON


class Painter:
    """Makes pictures of standings, for the gateway at one base URL."""

    def __init__(self, base_url: str) -> None:
        parts = urlsplit(base_url)
        self._place = parts.netloc
        self._host = parts.hostname or ""
        self._login_page = f"{parts.scheme}://{parts.netloc}"

    def of(self, standing: Standing) -> Picture:
        """The picture of a standing."""
        if standing.late:
            return self._late(standing)
        match standing.state:
            case State.NO_GATEWAY:
                return self._no_gateway(standing.cause)
            case State.WRONG_PORT:
                why = _words(standing.cause)
                detail = f"{self._place} is no Client Portal Gateway ({why}): check --base-url and its port."
                return _unreached(Trouble.WRONG_PORT, detail)
            case State.CERTIFICATE:
                return self._certificate(standing.cause)
            case State.GATEWAY_UP:
                return self._logged_out(standing.cause)
            case State.COMPETING:
                detail = "End it there (TWS, mobile or another gateway), or take over here."
                return Picture(Trouble.COMPETING, detail, brokerage=Light.BAD)
            case State.NIGHTLY_RESET | State.MAINTENANCE:
                return _outage(standing)
            case State.LOGGED_IN:
                return _seeking(standing)
            case _:
                return _held(standing)

    def _late(self, standing: Standing) -> Picture:
        detail = f"{self._place} has not answered for {standing.late:.0f} s"
        if standing.state.holds:
            detail = f"{detail}; ibtui goes on asking, and no new order is sent meanwhile."
            return Picture(Trouble.AILING, detail, gateway=Light.WAIT)
        detail = f"{detail}; ibtui goes on asking."
        if standing.state.is_outside:
            return Picture(Trouble.AILING, detail, gateway=Light.WAIT, login=Light.OFF, brokerage=Light.OFF)
        return Picture(Trouble.AILING, detail, gateway=Light.WAIT, brokerage=Light.WAIT)

    def _no_gateway(self, cause: s.Failure | None) -> Picture:
        if cause is None or isinstance(cause, s.CertificateQuestioned):
            return Picture(gateway=Light.WAIT, login=Light.OFF, brokerage=Light.OFF)
        if isinstance(cause, s.GatewayGone) and cause.host_unknown:
            detail = f"The name {self._host} is not known to this machine: check --base-url, DNS or VPN."
            return _unreached(Trouble.HOST_UNKNOWN, detail)
        if isinstance(cause, s.GatewayGone) and cause.refused:
            detail = f"No gateway answers at {self._place}: start the Client Portal Gateway; ibtui goes on by itself."
        else:
            why = _words(cause)
            detail = f"{self._place} does not answer ({why}): if it lasts, restart the gateway; ibtui tries again."
        return _unreached(Trouble.GATEWAY_DOWN, detail)

    def _logged_out(self, cause: s.Failure | None) -> Picture:
        trouble = Trouble.LOGGED_OUT
        detail = f"Open {self._login_page} in a browser and log in; ibtui goes on by itself."
        if isinstance(cause, s.LoginMissing) and cause.by_authority:
            trouble, detail = Trouble.NOT_AUTHORISED, cause.words
        return Picture(trouble, detail, login=Light.BAD, brokerage=Light.OFF)

    def _certificate(self, cause: s.Failure | None) -> Picture:
        if not isinstance(cause, s.CertificateQuestioned):
            return _unreached(Trouble.CERTIFICATE_INVALID, "")
        if cause.doubt is s.Doubt.UNKNOWN:
            detail = f"The gateway at {self._place} shows a certificate never seen before: trust it to go on."
            return _unreached(Trouble.CERTIFICATE_UNKNOWN, detail, cause.fingerprint)
        if cause.doubt is s.Doubt.CHANGED:
            detail = f"{cause.words}. Trust the new one only if you changed the gateway yourself."
            return _unreached(Trouble.CERTIFICATE_CHANGED, detail, cause.fingerprint)
        detail = f"The certificate at {self._place} is refused: {cause.words}."
        return _unreached(Trouble.CERTIFICATE_INVALID, detail, cause.fingerprint)


def _outage(standing: Standing) -> Picture:
    """A planned outage, by its hour or by how long it lasts."""
    when = standing.outage.words if standing.outage is not None else ""
    said = _said(standing.cause)
    login = Light.WAIT if isinstance(standing.cause, s.GatewayRefused) else Light.ON
    if standing.state is State.NIGHTLY_RESET:
        detail = f"It is the hour of IBKR's nightly reset ({when}){said}; ibtui goes on by itself."
        return Picture(Trouble.NIGHTLY_RESET, detail, login=login, brokerage=Light.BAD)
    detail = f"IBKR gives no brokerage session ({when}){said}; ibtui goes on by itself."
    return Picture(Trouble.MAINTENANCE, detail, login=login, brokerage=Light.BAD)


def _seeking(standing: Standing) -> Picture:
    """Logged in, without a brokerage session; silent about it as long as it usually takes to have one."""
    cause = standing.cause
    if isinstance(cause, s.GatewayRefused):
        detail = f"The gateway cannot reach IBKR just now ({cause.words}), as in a reset; ibtui goes on by itself."
        return Picture(Trouble.NO_BROKERAGE, detail, login=Light.WAIT, brokerage=Light.BAD)
    if cause is None:
        return Picture(brokerage=Light.WAIT)
    said = f" ({cause.words})" if isinstance(cause, s.BrokerageMissing) and cause.words else ""
    asks = "it is being started." if standing.step.deed is Deed.INIT else "ibtui asks for it again by itself."
    detail = f"The brokerage session is not up{said}; {asks}"
    return Picture(Trouble.NO_BROKERAGE, detail, brokerage=Light.WAIT)


def _held(standing: Standing) -> Picture:
    """The brokerage session stands; its last looks may have gone unanswered."""
    if standing.cause is None:
        return Picture()
    detail = f"The session was looked at and the gateway did not tell ({_words(standing.cause)}); it is asked again."
    gone = isinstance(standing.cause, s.GatewayGone)
    return Picture(Trouble.AILING, detail, gateway=Light.WAIT if gone else Light.ON, login=Light.WAIT)


def _said(cause: s.Failure | None) -> str:
    words = _words(cause)
    return f", and the gateway says: {words}" if words else ""


def _words(cause: s.Failure | None) -> str:
    return "" if cause is None or isinstance(cause, s.Boxed) else cause.words


def _unreached(trouble: Trouble, detail: str, fingerprint: str = "") -> Picture:
    """A trouble before the gateway could say anything."""
    return Picture(trouble, detail, fingerprint, gateway=Light.BAD, login=Light.OFF, brokerage=Light.OFF)

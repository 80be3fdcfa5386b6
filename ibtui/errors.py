"""Every error ibtui raises on purpose, each with a title and what to do about it.

IbtuiError
├── UsageError              the user, a flag, a file
│   └── ConfigError         the configuration file or an IBTUI_* variable
├── GatewayError            the gateway answered, and it was no
│   ├── NotLoggedIn         401, 302 to a login page, "no session"
│   ├── NoBrokerageSession  /iserver without its session ("no bridge")
│   ├── PenaltyBox          429: too many requests
│   ├── Refused             any other answer with an error text
│   └── Garbled             an answer that cannot be read
├── LinkError               no answer: down, reset, timed out
│   ├── GatewayDown         the connection was not made: nothing was sent
│   │   ├── HostUnknown     the name of its host is not known
│   │   └── GatewayHangs    something is there, but takes no connection
│   └── OutcomeUnknown      something was sent and no answer was read
├── TrustError              the gateway's certificate
│   ├── CertificateUnknown
│   ├── CertificateChanged
│   └── CertificateInvalid
└── ReadOnly                a state-changing request while --read-only
"""

from __future__ import annotations


class IbtuiError(Exception):
    """Base of the tree: `title` names the trouble, `detail` says what to do."""

    title = "Something went wrong"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.title}: {self.detail}" if self.detail else self.title


class UsageError(IbtuiError):
    """Something the user gave cannot be used."""

    title = "That cannot be used"


class ConfigError(UsageError):
    """The configuration names something that does not exist or does not fit."""

    title = "Configuration"


class GatewayError(IbtuiError):
    """The gateway answered and it was no; `status` is the HTTP status, 0 where there was none."""

    title = "The gateway refused"

    def __init__(self, detail: str = "", *, status: int = 0) -> None:
        super().__init__(detail)
        self.status = status


class NotLoggedIn(GatewayError):
    """Nobody is logged in at the gateway."""

    title = "Not logged in"


class NoBrokerageSession(GatewayError):
    """The login is there, the brokerage session is not."""

    title = "No brokerage session"


class PenaltyBox(GatewayError):
    """Too many requests; IBKR boxes the address for up to ten minutes."""

    title = "Too many requests"


class Refused(GatewayError):
    """The gateway said no, in its own words."""


class Garbled(GatewayError):
    """The answer cannot be read."""

    title = "The gateway's answer cannot be read"


class LinkError(IbtuiError):
    """No answer came."""

    title = "No answer from the gateway"


class GatewayDown(LinkError):
    """No connection could be made, so nothing was sent."""

    title = "The gateway cannot be reached"


class HostUnknown(GatewayDown):
    """The name of the gateway's host cannot be resolved."""

    title = "The gateway's host is not known"


class GatewayHangs(GatewayDown):
    """The connection was not refused and never came about: nothing was sent."""

    title = "The gateway takes no connection"


class OutcomeUnknown(LinkError):
    """A request left and no answer was read: it may or may not have worked."""

    title = "Outcome unknown"


class TrustError(IbtuiError):
    """The gateway's certificate is not trusted; `fingerprint` is `sha256:<hex>`."""

    title = "Certificate"

    def __init__(self, detail: str = "", *, fingerprint: str = "") -> None:
        super().__init__(detail)
        self.fingerprint = fingerprint


class CertificateUnknown(TrustError):
    """A self-signed certificate on loopback that was never seen before."""

    title = "Unknown certificate"


class CertificateChanged(TrustError):
    """The certificate is not the one that was pinned."""

    title = "The gateway's certificate changed"


class CertificateInvalid(TrustError):
    """The certificate does not verify and is not one that may be pinned."""

    title = "The gateway's certificate is not valid"


class ReadOnly(IbtuiError):
    """A request that changes something was stopped by --read-only."""

    title = "Read-only"

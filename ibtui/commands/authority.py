"""From the settings to the authority that signs: OAuth 1.0a, OAuth 2.0 or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui import config
from ibtui.clock import Clock, SystemClock
from ibtui.config import Config

if TYPE_CHECKING:
    from ibtui.transport.authority import Authority


def authority_of(settings: Config, clock: Clock | None = None) -> Authority | None:
    """The authority the settings ask for; None where the gateway's own login is used.

    Reads the keys now, so that what is wrong with them is said before anything starts. Raises ConfigError naming the
    key that is missing or the file that cannot be used.
    """
    oauth, clock = settings.oauth, clock or SystemClock()
    if not oauth.version:
        return None
    from ibtui.commands.registration import grant_of, registration_of  # noqa: PLC0415 - loads cryptography
    from ibtui.transport.oauth.bearer import BearerAuthority  # noqa: PLC0415 - as above
    from ibtui.transport.oauth.session_token import SessionTokenAuthority  # noqa: PLC0415 - as above

    if oauth.version == "1.0a":
        base_url = config.checked_base_url(settings.base_url)
        return SessionTokenAuthority(base_url, registration_of(oauth), clock)
    return BearerAuthority(grant_of(oauth), clock)

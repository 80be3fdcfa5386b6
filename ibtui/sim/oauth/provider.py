"""Both versions of OAuth together, as the guard and the routes use them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ibtui.sim.oauth.bearer import BearerAccess
from ibtui.sim.oauth.folder import open_folder
from ibtui.sim.oauth.server import OAuthServer
from ibtui.sim.oauth.signed import SignedAccess

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway


class Provider:
    """One authorisation server with OAuth 1.0a and 2.0."""

    def __init__(self, server: OAuthServer) -> None:
        self.server = server
        self.signed = SignedAccess(server)
        self.bearer = BearerAccess(server)


def provide(gateway: Gateway, folder: Path, base_url: str) -> Provider:
    """Put OAuth before a gateway; FolderError where the folder cannot be used."""
    return Provider(OAuthServer(gateway, open_folder(folder, base_url), base_url))

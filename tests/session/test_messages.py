"""Failures in words: what a person is told to do fits however the session came to be."""

from __future__ import annotations

import pytest

from ibtui.errors import NotLoggedIn
from ibtui.session.connection.mishaps import NotAuthorised
from ibtui.session.messages import failure


@pytest.mark.parametrize("error", [NotLoggedIn("the gateway wants a login"), NotAuthorised("the token is refused")])
def test_a_missing_login_leads_to_the_dialog_which_knows_gateway_from_oauth(error: NotLoggedIn) -> None:
    message = failure(error, "reading the orders")
    assert message.text == f"{error.detail}; the connection dialog says what to do"
    assert "browser" not in message.text, "with OAuth there is no page to log in at"

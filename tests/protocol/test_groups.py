"""An advisor's allocation groups."""

from __future__ import annotations

import pytest

from ibtui.errors import Garbled, Refused
from ibtui.protocol import groups
from tests.protocol.payloads import payload


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("GET-iserver-account-allocation-group", ("Group_1_NetLiq",)),
        ("GET-iserver-account-allocation-group.openapi", ("group_1", "group_2")),
    ],
)
def test_the_groups_of_the_documents_are_named(name: str, names: tuple[str, ...]) -> None:
    assert groups.decode_groups(payload(f"session/{name}")) == names


def test_an_advisor_without_groups_has_none() -> None:
    assert groups.decode_groups(b'{"data": []}') == ()
    assert groups.decode_groups(b'{"data": [{"size": 3}, {"name": "A"}, {"name": "A"}]}') == ("A",)


def test_a_refusal_is_no_list() -> None:
    with pytest.raises(Refused, match="not an advisor"):
        groups.decode_groups(b'{"error": "not an advisor"}')
    with pytest.raises(Garbled):
        groups.decode_groups(b"[1]")


def test_the_request_reads_and_changes_nothing() -> None:
    request = groups.groups()
    assert (request.method, request.path, request.changes_state) == ("GET", "/iserver/account/allocation/group", False)

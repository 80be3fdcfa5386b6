"""FYIs of IBKR's documents become readable notifications."""

from __future__ import annotations

import json

import pytest

from ibtui.domain.events import DisclaimerReceived, FyisReceived, UnreadCounted
from ibtui.domain.notices import Disclaimer, Fyi
from ibtui.errors import Garbled
from ibtui.protocol import fyi
from ibtui.protocol.fyi import DeliveryOptions, Device, FyiSetting
from tests.protocol.payloads import payload

DISCLAIMER = "This communication is provided for information purposes only and is not intended as a recommendation"
PORTFOLIO = FyiSetting(
    "PF", "Portfolio FYIs", "Notify me of recent activity affecting my portfolio holdings.", False, True
)
TRANSFER = FyiSetting(
    "PT",
    "Position Transfer",
    "Notify me of potential account configuration changes needed and useful features based on my position transfers.",
    False,
    True,
)
IPHONE = "apn://mtws@1234E5E67D8A9012EC3E45D6E7D89A01F2345CDBBB678B9BE0FB12345AF6D789"


@pytest.mark.parametrize(("name", "count"), [("GET-fyi-unreadnumber", 4), ("GET-fyi-unreadnumber.web-api", 1)])
def test_unread_notifications_are_counted(name: str, count: int) -> None:
    assert fyi.decode_unread(payload(f"fyi/{name}")) == UnreadCounted(count)


def test_a_service_that_wakes_up_has_no_count() -> None:
    with pytest.raises(Garbled):
        fyi.decode_unread(b'{"status":"waiting for reply"}')


def test_the_settings_of_the_documents_are_read() -> None:
    assert fyi.decode_settings(payload("fyi/GET-fyi-settings")) == (
        FyiSetting(
            "M8",
            "871(m) Trades",
            "Notify me when I establish position subject to US dividend tax withholding 871(m) rules.",
            is_accepted=False,
            can_change=True,
        ),
        FyiSetting(
            "AA",
            "Account Activity",
            "Notifications related to account activity such as funding, application, trading and market data permission"
            " status",
            is_accepted=False,
            can_change=True,
        ),
    )


@pytest.mark.parametrize("name", ["GET-fyi-settings.web-api", "GET-fyi-settings.disclaimers"])
def test_settings_tell_whose_disclaimer_is_not_accepted(name: str) -> None:
    found = fyi.decode_settings(payload(f"fyi/{name}"))
    assert found == (PORTFOLIO, TRANSFER)
    assert fyi.unaccepted(found) == {"PF", "PT"}


def test_a_disclaimer_that_is_accepted_or_not_told_of_need_not_be() -> None:
    found = fyi.decode_settings(b'[{"FC":"BA","H":1,"A":1},{"FC":"OE"},{"FN":"no code"}]')
    assert found == (FyiSetting("BA", is_accepted=True, can_change=True), FyiSetting("OE"))
    assert fyi.unaccepted(found) == frozenset()


def test_the_lines_of_a_plain_notification_stay() -> None:
    assert fyi.decode_notifications(payload("fyi/GET-fyi-notifications")) == FyisReceived(
        (
            Fyi(
                "2023121370119463",
                "IBKR FYI: Option Expiration Notification",
                "One or more option contracts in your portfolio are set to expire shortly.\n"
                "- QQQ 15DEC2023 385 P in Account(Qty): U****7890(6)\n"
                "- QQQ 15DEC2023 387 P in Account(Qty): D****0685(-6)\n"
                "Please use the Option Rollover tool to roll existing.",
                "OE",
                1702469440.0,
            ),
        )
    )


def test_html_notifications_are_plain_newest_first_and_wait_for_their_disclaimer() -> None:
    body = payload("fyi/GET-fyi-notifications.web-api")
    found = fyi.decode_notifications(body, needing_disclaimer={"PF"}).fyis
    assert [(one.fyi_id, one.time_s, one.is_read) for one in found] == [
        ("2024031947509444", 1710847062.0, False),
        ("2024031843829868", 1710761985.0, True),
        ("2024031537589663", 1710501829.0, True),
    ]
    assert found[0] == Fyi(
        "2024031947509444",
        "FYI: Changes in Analyst Ratings",
        "Some investors use analysts ratings to stay informed about their investments.\n"
        "The following summary displays the affected companies, the current number of analysts by.\n"
        "- JWN@NYSE: Buy: 1(0), Outperform: 1(0), Hold: 12(-1), Underperform: 5(0), Sell: 0(0).",
        "PF",
        1710847062.0,
        needs_disclaimer=True,
    )
    assert "<" not in "".join(one.body for one in found)


def test_older_notifications_come_after_newer_ones_whatever_the_order_of_the_answer() -> None:
    body = b'[{"ID":"1","D":"5.0"},{"ID":"2","D":"9.0"},{"MS":"no id"},{"ID":"3"}]'
    assert [one.fyi_id for one in fyi.decode_notifications(body).fyis] == ["2", "1", "3"]


@pytest.mark.parametrize(
    ("name", "code", "start"),
    [
        ("GET-fyi-disclaimer", "SM", DISCLAIMER),
        ("GET-fyi-disclaimer.web-api", "PF", DISCLAIMER),
        (
            "GET-fyi-disclaimer.openapi",
            "BA",
            "This communication is provided for information purposes only and is not a ",
        ),
    ],
)
def test_a_disclaimer_has_its_code_and_text(name: str, code: str, start: str) -> None:
    body = payload(f"fyi/{name}")
    assert fyi.decode_disclaimer(body) == DisclaimerReceived(Disclaimer(code, json.loads(body)["DT"]))
    assert json.loads(body)["DT"].startswith(start)


@pytest.mark.parametrize(
    "name",
    ["POST-fyi-settings", "PUT-fyi-disclaimer", "POST-fyi-deliveryoptions-device", "PUT-fyi-deliveryoptions-email"],
)
def test_changes_are_acknowledged(name: str) -> None:
    assert fyi.decode_acknowledged(payload(f"fyi/{name}"))
    assert not fyi.decode_acknowledged(b'{"V":0,"T":10}')


@pytest.mark.parametrize(
    ("name", "fyi_id"),
    [("PUT-fyi-notifications", "12345678901234567"), ("PUT-fyi-notifications.openapi", "2024031947509444")],
)
def test_a_notification_marked_read_is_named(name: str, fyi_id: str) -> None:
    assert fyi.decode_marked(payload(f"fyi/{name}")) == fyi_id


def test_a_notification_still_unread_is_not_named() -> None:
    assert fyi.decode_marked(b'{"V":1,"P":{"R":0,"ID":"5"}}') == ""


@pytest.mark.parametrize(
    ("name", "device"),
    [
        ("GET-fyi-deliveryoptions", IPHONE),
        ("GET-fyi-deliveryoptions.openapi", "apn://mtws@SDFSDFDSFS123123DSFSDF"),
    ],
)
def test_delivery_options_name_the_devices(name: str, device: str) -> None:
    expected = DeliveryOptions(True, (Device(device, "iPhone", device, enabled=True),))
    assert fyi.decode_delivery_options(payload(f"fyi/{name}")) == expected


def test_requests_are_as_documented() -> None:
    assert fyi.notifications().query == (("max", "10"),)
    assert fyi.more_notifications("77").query == (("id", "77"),)
    assert (fyi.mark_read("77").method, fyi.mark_read("77").path) == ("PUT", "/fyi/notifications/77")
    assert (fyi.accept_disclaimer("PF").method, fyi.accept_disclaimer("PF").path) == ("PUT", "/fyi/disclaimer/PF")
    assert fyi.disclaimer("PF").path == "/fyi/disclaimer/PF"
    assert fyi.subscribe("SM", enabled=False).body == b'{"enabled":false}'
    assert fyi.settings().path == "/fyi/settings"
    assert fyi.unread().path == "/fyi/unreadnumber"
    assert fyi.delivery_options().path == "/fyi/deliveryoptions"
    assert fyi.deliver_by_email(enabled=True).query == (("enabled", "true"),)
    assert fyi.forget_device("apn://x@1").path == "/fyi/deliveryoptions/apn%3A%2F%2Fx%401"
    device = fyi.deliver_to(Device("id-1", "iPhone", "ui-1"), enabled=True)
    assert json.loads(device.body or b"") == {
        "deviceName": "iPhone",
        "deviceId": "id-1",
        "uiName": "ui-1",
        "enabled": True,
    }

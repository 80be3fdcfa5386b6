"""FYIs: notifications, subscriptions, disclaimers and delivery ("FYIs and Notifications")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ibtui.sim.gateway.answers import Answer, Refused, TextAnswer, bad_request, unavailable
from ibtui.sim.gateway.call import Call, Route
from ibtui.sim.gateway.fyis import PAGE, Device, Subscription
from ibtui.sim.gateway.fyitexts import DISCLAIMER
from ibtui.sim.gateway.wire import Json

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

_DONE: Json = {"V": 1, "T": 10}


def unread(gateway: Gateway, call: Call) -> Json:
    """Number of unread notifications; the first read is 423 (wire-facts §7)."""
    if gateway.login.brokerage.first_read("/fyi/unreadnumber"):
        raise Refused(Answer({"status": "waiting for reply"}, 423))
    return {"BN": gateway.fyis.unread()}


def notifications(gateway: Gateway, call: Call) -> Json:
    """The newest notifications, ten at most; the first read is 503 (wire-facts §7)."""
    if gateway.login.brokerage.first_read("/fyi/notifications"):
        raise unavailable()
    most = call.text("max", str(PAGE))
    return [fyi.row() for fyi in gateway.fyis.page(int(most) if most.isdigit() else PAGE)]


def more(gateway: Gateway, call: Call) -> Json:
    """Notifications behind the one with the given id."""
    return [fyi.row() for fyi in gateway.fyis.page(PAGE, call.required("id"))]


def mark_read(gateway: Gateway, call: Call) -> Json:
    """Mark a notification as read."""
    identifier = call.path["notificationID"]
    if not gateway.fyis.mark_read(identifier):
        raise bad_request(f"notificationID is not valid: {identifier}")
    return {"V": 1, "T": 5, "P": {"R": 1, "ID": identifier}}


def settings(gateway: Gateway, call: Call) -> Json:
    """Kinds of notifications and whether they are on."""
    return [each.row() for each in gateway.fyis.subscriptions.values()]


def enable(gateway: Gateway, call: Call) -> Json:
    """Turn a kind of notification on or off."""
    _subscription(gateway, call).enabled = call.object().get("enabled") is True
    return _DONE


def disclaimer(gateway: Gateway, call: Call) -> Json:
    """The disclaimer of a kind of notification."""
    return {"FC": _subscription(gateway, call).code, "DT": DISCLAIMER}


def accept_disclaimer(gateway: Gateway, call: Call) -> Json:
    """Mark a disclaimer as read."""
    _subscription(gateway, call).disclaimer_read = True
    return _DONE


def delivery(gateway: Gateway, call: Call) -> Json:
    """E-mail and devices."""
    chosen = gateway.fyis.delivery
    return {"E": [device.row() for device in chosen.devices.values()], "M": int(chosen.email)}


def set_email(gateway: Gateway, call: Call) -> Json:
    """Turn e-mail on or off."""
    call.required("enabled")
    gateway.fyis.delivery.email = call.flag("enabled")
    return _DONE


def set_device(gateway: Gateway, call: Call) -> Json:
    """Register a device, or turn it on or off; its name's key is spelled in two ways in the document."""
    body = call.object()
    identifier = str(body.get("deviceId") or "")
    if not identifier:
        raise bad_request("missing required parameter deviceId")
    name = str(body.get("deviceName") or body.get("devicename") or identifier)
    ui_name = str(body.get("uiName") or identifier)
    gateway.fyis.delivery.devices[identifier] = Device(name, identifier, ui_name, body.get("enabled") is True)
    return _DONE


def delete_device(gateway: Gateway, call: Call) -> TextAnswer:
    """Forget a device; the body of the answer is empty."""
    gateway.fyis.delivery.devices.pop(call.path["deviceId"], None)
    return TextAnswer("")


def _subscription(gateway: Gateway, call: Call) -> Subscription:
    code = call.path["typecode"]
    if code not in gateway.fyis.subscriptions:
        raise bad_request(f"typecode is not valid: {code}")
    return gateway.fyis.subscriptions[code]


ROUTES = (
    Route("GET", "/fyi/unreadnumber", unread),
    Route("GET", "/fyi/notifications", notifications),
    Route("GET", "/fyi/notifications/more", more),
    Route("PUT", "/fyi/notifications/{notificationID}", mark_read),
    Route("GET", "/fyi/settings", settings),
    Route("POST", "/fyi/settings/{typecode}", enable),
    Route("GET", "/fyi/disclaimer/{typecode}", disclaimer),
    Route("PUT", "/fyi/disclaimer/{typecode}", accept_disclaimer),
    Route("GET", "/fyi/deliveryoptions", delivery),
    Route("PUT", "/fyi/deliveryoptions/email", set_email),
    Route("POST", "/fyi/deliveryoptions/device", set_device),
    Route("DELETE", "/fyi/deliveryoptions/{deviceId}", delete_device),
)

"""FYIs: notifications, their disclaimers and settings ("FYIs and Notifications")."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from ibtui.domain.events import DisclaimerReceived, FyisReceived, UnreadCounted
from ibtui.domain.notices import Disclaimer, Fyi
from ibtui.errors import Garbled
from ibtui.protocol.bodies import Json, first_text, flag_of, object_of, parse_object, parse_rows, rows_of, text_of
from ibtui.protocol.clean import clean_block
from ibtui.protocol.numbers import float_or_none, whole_or_none
from ibtui.protocol.requests import Priority, Request, delete, get, post, put, segment

NOTIFICATIONS_AT_MOST = 10
"""Notifications one answer holds ("Get a list of notifications")."""


class FyiSetting(Struct, frozen=True):
    """One kind of FYI the user may subscribe to (`/fyi/settings`)."""

    code: str
    title: str = ""
    description: str = ""
    is_accepted: bool | None = None
    """Whether its disclaimer was accepted; None when not told."""
    can_change: bool = False


class Device(Struct, frozen=True):
    """A device FYIs are sent to."""

    device_id: str
    name: str = ""
    ui_name: str = ""
    enabled: bool | None = None


class DeliveryOptions(Struct, frozen=True):
    """Where FYIs are sent besides the inbox."""

    email: bool | None = None
    devices: tuple[Device, ...] = ()


def unread() -> Request:
    """Number of unread FYIs; 423 or 503 while the service wakes up."""
    return get("/fyi/unreadnumber", priority=Priority.PREFETCH)


def settings() -> Request:
    """Kinds of FYIs and whether their disclaimers are accepted."""
    return get("/fyi/settings")


def subscribe(code: str, *, enabled: bool) -> Request:
    """Switch one kind of FYI on or off."""
    return post(f"/fyi/settings/{segment(code)}", {"enabled": enabled})


def notifications(count: int = NOTIFICATIONS_AT_MOST) -> Request:
    """The newest FYIs."""
    return get("/fyi/notifications", (("max", str(count)),))


def more_notifications(last_id: str) -> Request:
    """Those older than `last_id`."""
    return get("/fyi/notifications/more", (("id", last_id),))


def mark_read(fyi_id: str) -> Request:
    """Mark one FYI read."""
    return put(f"/fyi/notifications/{segment(fyi_id)}")


def disclaimer(code: str) -> Request:
    """Text to be accepted before FYIs of a kind are shown."""
    return get(f"/fyi/disclaimer/{segment(code)}")


def accept_disclaimer(code: str) -> Request:
    """Accept it."""
    return put(f"/fyi/disclaimer/{segment(code)}")


def delivery_options() -> Request:
    """E-mail and devices."""
    return get("/fyi/deliveryoptions")


def deliver_by_email(*, enabled: bool) -> Request:
    """Switch e-mail on or off."""
    return put("/fyi/deliveryoptions/email", query=(("enabled", str(enabled).lower()),))


def deliver_to(device: Device, *, enabled: bool) -> Request:
    """Switch a device on or off."""
    payload = {
        "deviceName": device.name,
        "deviceId": device.device_id,
        "uiName": device.ui_name,
        "enabled": enabled,
    }
    return post("/fyi/deliveryoptions/device", payload)


def forget_device(device_id: str) -> Request:
    """Remove a device; the answer is empty."""
    return delete(f"/fyi/deliveryoptions/{segment(device_id)}")


def decode_unread(body: bytes) -> UnreadCounted:
    """Raises Garbled when there is no count in it."""
    count = whole_or_none(parse_object(body).get("BN"))
    if count is None or count < 0:
        raise Garbled("a number of unread notifications was expected")
    return UnreadCounted(count)


def decode_settings(body: bytes) -> tuple[FyiSetting, ...]:
    """Raises Garbled and Refused."""
    found = (_setting(row) for row in parse_rows(body))
    return tuple(setting for setting in found if setting.code)


def unaccepted(kinds: Iterable[FyiSetting]) -> frozenset[str]:
    """Codes whose disclaimer must be accepted first."""
    return frozenset(kind.code for kind in kinds if kind.is_accepted is False)


def decode_notifications(body: bytes, *, needing_disclaimer: Collection[str] = ()) -> FyisReceived:
    """FYIs newest first; those of a code in `needing_disclaimer` are marked. Raises Garbled and Refused."""
    found = (_fyi(row, needing_disclaimer) for row in parse_rows(body))
    return FyisReceived(tuple(sorted((one for one in found if one.fyi_id), key=lambda one: -one.time_s)))


def decode_disclaimer(body: bytes) -> DisclaimerReceived:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    return DisclaimerReceived(Disclaimer(text_of(answer.get("FC")), clean_block(answer.get("DT"))))


def decode_acknowledged(body: bytes) -> bool:
    """Whether a change was taken (`V` is 1). Raises Garbled and Refused."""
    return flag_of(parse_object(body).get("V")) is True


def decode_marked(body: bytes) -> str:
    """Id of the notification now read; blank when the answer does not say so. Raises Garbled and Refused."""
    marked = object_of(parse_object(body).get("P"))
    return text_of(marked.get("ID")) if flag_of(marked.get("R")) else ""


def decode_delivery_options(body: bytes) -> DeliveryOptions:
    """Raises Garbled and Refused."""
    answer = parse_object(body)
    devices = tuple(
        Device(text_of(row.get("I")), text_of(row.get("NM")), text_of(row.get("UI")), flag_of(row.get("A")))
        for row in rows_of(answer.get("E"))
    )
    return DeliveryOptions(flag_of(answer.get("M")), tuple(device for device in devices if device.device_id))


def _setting(row: Json) -> FyiSetting:
    return FyiSetting(
        text_of(row.get("FC")),
        text_of(row.get("FN")),
        text_of(row.get("FD")),
        flag_of(row.get("H")),
        can_change=flag_of(row.get("A")) is True,
    )


def _fyi(row: Json, needing_disclaimer: Collection[str]) -> Fyi:
    code = text_of(row.get("FC"))
    return Fyi(
        first_text(row, "ID", "id"),
        text_of(row.get("MS")),
        clean_block(row.get("MD")),
        code,
        float_or_none(row.get("D")) or 0.0,
        is_read=flag_of(row.get("R")) is True,
        needs_disclaimer=code in needing_disclaimer,
    )

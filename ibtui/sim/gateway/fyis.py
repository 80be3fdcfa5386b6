"""FYIs: notifications, their subscriptions and disclaimers, and where they are delivered ("FYIs and Notifications")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ibtui.sim.gateway.fyitexts import NOTIFICATIONS, SUBSCRIPTIONS, UNREAD_DISCLAIMERS
from ibtui.sim.gateway.wire import Fields

if TYPE_CHECKING:
    from ibtui.sim.gateway.gateway import Gateway

PAGE = 10
"""Notifications in one answer at most."""
_HOUR_MS = 3_600_000


@dataclass(slots=True)
class Fyi:
    """One notification."""

    identifier: str
    code: str
    title: str
    body: str
    time_ms: int
    read: bool

    def row(self) -> Fields:
        """As in /fyi/notifications: `R` a number, `D` seconds as text with `.0` (wire-facts §7)."""
        return {
            "R": int(self.read),
            "D": f"{float(self.time_ms // 1000)}",
            "MS": self.title,
            "MD": self.body,
            "ID": self.identifier,
            "HT": 0,
            "FC": self.code,
        }


@dataclass(slots=True)
class Subscription:
    """A kind of notification, whether it is on and whether its disclaimer was accepted."""

    code: str
    title: str
    description: str
    enabled: bool = True
    disclaimer_read: bool = True

    def row(self) -> Fields:
        """As in /fyi/settings."""
        return {
            "FC": self.code,
            "H": int(self.disclaimer_read),
            "A": int(self.enabled),
            "FD": self.description,
            "FN": self.title,
        }


@dataclass(slots=True)
class Device:
    """Where notifications are pushed to."""

    name: str
    identifier: str
    ui_name: str
    enabled: bool = True

    def row(self) -> Fields:
        """As in /fyi/deliveryoptions."""
        return {"NM": self.name, "I": self.identifier, "UI": self.ui_name, "A": int(self.enabled)}


_PHONE = "apn://mtws@9E1B5D2C7A0F4E83B6D9"


@dataclass(slots=True)
class Delivery:
    """E-mail on or off, and the devices."""

    email: bool = True
    devices: dict[str, Device] = field(default_factory=lambda: {_PHONE: Device("iPhone", _PHONE, _PHONE)})


class FyiBox:
    """Everything behind /fyi."""

    def __init__(self, gateway: Gateway) -> None:
        now = gateway.now_ms
        self.delivery = Delivery()
        self.subscriptions = {
            code: Subscription(code, title, description, disclaimer_read=code not in UNREAD_DISCLAIMERS)
            for code, title, description in SUBSCRIPTIONS
        }
        self.notifications = [
            Fyi(f"{2026040100000000 + 7919 * (index + 1)}", code, title, body, now - age * _HOUR_MS, read)
            for index, (code, title, body, age, read) in enumerate(NOTIFICATIONS)
        ]

    def unread(self) -> int:
        """Number of notifications not read yet."""
        return sum(not fyi.read for fyi in self.notifications)

    def page(self, most: int, after: str = "") -> list[Fyi]:
        """Newest first, those behind the one with the id `after` if that is given."""
        identifiers = [fyi.identifier for fyi in self.notifications]
        start = identifiers.index(after) + 1 if after in identifiers else 0
        return self.notifications[start : start + min(most, PAGE)]

    def mark_read(self, identifier: str) -> bool:
        """Whether there is such a notification, which is read now."""
        for fyi in self.notifications:
            if fyi.identifier == identifier:
                fyi.read = True
                return True
        return False

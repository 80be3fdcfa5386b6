"""How `sbd` may look: the documents contradict each other and no real frame was ever recorded (wire-facts §4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from decimal import Decimal

from ibtui.sim.gateway.wire import Fields, ladder_price, plain, price_text, size_text

MOST_FRAMES_PER_SECOND = 20.0
"""The gateway takes so many steps a second."""
FRAMES_PER_SECOND = 4.0


@dataclass(frozen=True, slots=True)
class LadderForm:
    """Every point on which sources differ; as it is made, a frame is that of "Subscribe to BookTrader Price Ladder"."""

    topic: str = "request"
    """`request` repeats all that was asked for, `full` has SMART where no exchange was, `short` has none, `plain` is
    `sbd` alone."""
    number_prices: bool = False
    """Prices are JSON numbers, as in the older document; where a size stands with one it is a text all the same."""
    number_sizes: bool = False
    """Sizes are JSON numbers."""
    commas: bool = True
    """Texts of prices and sizes group thousands."""
    last: str = "spaced"
    """The last trade's row: `spaced` is `100 @ 271.67`, `tight` is `100@271.67`, `price` is the price alone."""
    traded: bool = False
    """Rows of earlier trades have `size @ price` too, with focus 0, as two rows of the document's example."""
    blank: bool = False
    """Every row has `bid`, `ask` and `mm`; an empty text stands for none."""
    every_tick: bool = True
    """Ticks without orders have a row, which has a price only."""
    ascending: bool = False
    """Row 0 is the lowest price, as the document's example may be read (its bid is above its ask)."""
    delta: bool = False
    """After the first frame only rows that changed are sent."""

    def price(self, price: Decimal, increment: Decimal) -> str | float:
        """`6,801.25`, `6801.25` or the number."""
        return float(price) if self.number_prices else self._price_text(price, increment)

    def _price_text(self, price: Decimal, increment: Decimal) -> str:
        return ladder_price(price, increment) if self.commas else price_text(price, increment)

    def size(self, size: Decimal) -> str | float:
        """`3,500`, `3500` or the number."""
        if self.number_sizes:
            return int(size) if size == size.to_integral_value() else float(size)
        return self._size_text(size)

    def _size_text(self, size: Decimal) -> str:
        return size_text(size) if self.commas else plain(size)

    def trade(self, size: Decimal, price: Decimal, increment: Decimal) -> str | float:
        """The price of a row at which something was traded: `100 @ 271.67`."""
        if self.last == "price":
            return self.price(price, increment)
        at = " @ " if self.last == "spaced" else "@"
        return f"{self._size_text(size)}{at}{self._price_text(price, increment)}"


FORMS: dict[str, LadderForm] = {
    "documents": LadderForm(),
    "commas": LadderForm(),
    "no-commas": LadderForm(commas=False),
    "numbers": LadderForm(topic="plain", number_prices=True, number_sizes=True, last="price"),
    "number-sizes": LadderForm(number_sizes=True),
    "plain-topic": LadderForm(topic="plain"),
    "full-topic": LadderForm(topic="full"),
    "short-topic": LadderForm(topic="short"),
    "size-at-price": LadderForm(traded=True),
    "tight-at": LadderForm(last="tight"),
    "price-alone": LadderForm(last="price"),
    "blank-sides": LadderForm(blank=True),
    "filled-ticks": LadderForm(every_tick=False),
    "ascending": LadderForm(ascending=True),
    "delta": LadderForm(delta=True),
}
"""Each differs from `documents` as its name says; several can be worn together."""


@dataclass(frozen=True, slots=True)
class LadderManner:
    """How all ladders are served in this run."""

    form: LadderForm = FORMS["documents"]
    names: tuple[str, ...] = ("documents",)
    frames_per_second: float = FRAMES_PER_SECOND
    late_frames: int = 0
    """Frames of the ladder before that still come after another contract's was asked for on the same socket."""

    @property
    def interval_ms(self) -> float:
        """Shortest time between two frames."""
        return 1000 / self.frames_per_second

    def told(self) -> Fields:
        """As a lever tells it."""
        return {
            "form": list(self.names),
            "parts": asdict(self.form),
            "frames_per_second": self.frames_per_second,
            "late_frames": self.late_frames,
            "known": list(FORMS),
        }


def together(names: Sequence[str]) -> LadderForm:
    """The form that differs from `documents` in all that the named ones do; ValueError for an unknown name."""
    form = plain = LadderForm()
    for name in names:
        if name not in FORMS:
            raise ValueError(f"unknown form {name!r}; there are: {', '.join(FORMS)}")
        usual, wanted = asdict(plain), asdict(FORMS[name])
        form = replace(form, **{part: value for part, value in wanted.items() if value != usual[part]})
    return form

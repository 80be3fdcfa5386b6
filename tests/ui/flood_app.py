"""`python -m tests.ui.flood_app COUNT`: writes far more at once than a terminal takes, piece by numbered piece."""

from __future__ import annotations

import sys
from typing import Final

from ibtui.ui.paint.app import PaintedApp

PIECE: Final = "<{:06d}·é€𝄞>"
"""Characters of one to four bytes: a write may be cut within one."""


class FloodApp(PaintedApp):
    """Writes its pieces and ends."""

    def on_ready(self) -> None:
        assert self._driver is not None
        for number in range(int(sys.argv[1])):
            self._driver.write(PIECE.format(number) * 20)
        self.exit()


if __name__ == "__main__":
    FloodApp().run()

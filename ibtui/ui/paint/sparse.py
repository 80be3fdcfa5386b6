"""Asks only the widgets that are seen, under changed cells, for their lines: a correction of Textual's compositor.

Stock Textual asks every widget that lies anywhere between the first and the last changed line for all its lines, and
throws away those that did not change and those of widgets that lie wholly under others: containers, the screen itself.
Checked with the versions in `versions`; with any other one nothing is changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, cast

from textual._compositor import ChopsUpdate, Compositor, CompositorMap
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip

from ibtui.ui.paint.versions import is_checked

Span = tuple[int, int, int]
"""A line, its first changed cell, and the one after its last."""
Chops = dict[int, dict[int, Strip | None]]
"""By line and by the first cell of each part, what stands there."""


def paint_sparsely(screen: Screen[Any]) -> None:
    """Let a screen that is about to be shown ask its widgets only for what changed."""
    if is_checked():
        screen._compositor = SparseCompositor()


class SparseCompositor(Compositor):
    """Makes the same updates as Textual's own from fewer lines."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """The changed spans, front to back from the widgets that lie there; None where nothing changed."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        if not regions:
            return None
        spans = [span for span in self._regions_to_spans(regions) if 0 <= span[0] < self.size.height]
        chops = self._chops(spans)
        ends = [cuts[1:] for cuts in self.cuts]
        return ChopsUpdate(cast("Sequence[Mapping[int, Strip | None]]", chops), spans, ends)

    @property
    def full_map(self) -> CompositorMap:
        """Every widget's place; Textual's lazy map forgets what went since the last layout, and never erases it."""
        if self.root is None or not self._full_map_invalidated:
            return super().full_map
        before = self.visible_widgets
        found = super().full_map
        for _, (region, clip) in before.items() ^ self.visible_widgets.items():
            if changed := region.intersection(clip):
                self._dirty_regions.add(changed)
        return found

    def _render_chops(self, crop: Region, is_rendered_line: Callable[[int], bool]) -> Sequence[Mapping[int, Strip]]:
        """What stands on the wanted lines of a region, by the first cell of each part; nothing on the others."""
        chops = self._chops([(y, 0, self.size.width) for y in crop.line_range if is_rendered_line(y)])
        lines = [chops.get(y) or dict.fromkeys(cuts[:-1]) for y, cuts in enumerate(self.cuts)]
        return cast("Sequence[Mapping[int, Strip]]", lines)

    def _chops(self, spans: Sequence[Span]) -> Chops:
        lines = [y for y, _, _ in spans]
        chops: Chops = {y: dict.fromkeys(self.cuts[y][:-1]) for y in lines}
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            under = spans[bisect_left(lines, seen.y) : bisect_left(lines, seen.bottom)]
            touched = [span[0] for span in under if self._is_open(chops[span[0]], span, seen)]
            if not touched:
                continue
            first, last = touched[0], touched[-1]
            crop = Region(seen.x - region.x, first - region.y, seen.width, last - first + 1)
            strips = widget.render_lines(crop)
            for y in dict.fromkeys(touched):
                self._lay(chops[y], y, seen, strips[y - first])
        return chops

    def _is_open(self, line: dict[int, Strip | None], span: Span, seen: Region) -> bool:
        """Whether some of a span lies under a widget and nothing in front of it was laid there."""
        y, left, right = span
        left, right = max(left, seen.x), min(right, seen.right)
        ends = self.cuts[y][1:]
        return any(
            part is None and cut < right and end > left for end, (cut, part) in zip(ends, line.items(), strict=True)
        )

    def _lay(self, line: dict[int, Strip | None], y: int, seen: Region, strip: Strip) -> None:
        """Put a widget's line where nothing in front of it lies."""
        cuts = [cut for cut in self.cuts[y] if seen.x <= cut <= seen.right]
        parts: Iterable[Strip] = strip.divide([cut - seen.x for cut in cuts[1:]])
        for cut, part in zip(cuts, parts, strict=False):
            if line.get(cut) is None:
                line[cut] = part

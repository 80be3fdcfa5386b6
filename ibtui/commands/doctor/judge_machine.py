"""The machine ibtui runs on: configuration, state folder, terminal."""

from __future__ import annotations

from ibtui.commands.doctor.facts import Storage, TerminalTraits
from ibtui.commands.doctor.steps import Verdict, bad, ok, skipped, warning
from ibtui.config import Config
from ibtui.errors import ConfigError
from ibtui.protocol.clean import clean

LEAST_COLUMNS, LEAST_ROWS = 80, 24
GOOD_COLUMNS, GOOD_ROWS = 120, 40
TRUE_COLOUR = ("truecolor", "24bit")
DUMB = ("", "dumb", "unknown")


def judge_configuration(settings: Config, error: ConfigError | None, *, is_loopback: bool) -> Verdict:
    """What was set, as far as it matters here."""
    if error is not None:
        return bad(clean(error.detail), "correct base_url")
    told = [settings.base_url]
    told += [f"account {settings.account}"] if settings.account else []
    told += ["read-only: no order can leave"] if settings.read_only else []
    told += [f"OAuth {settings.oauth.version}"] if settings.oauth.version else []
    meaning = clean(", ".join(told), limit=300)
    if settings.oauth.version and is_loopback:
        return warning(meaning, "OAuth goes to IBKR itself: is base_url meant, or https://api.ibkr.com/v1/api?")
    if settings.read_only:
        return warning(meaning)
    return ok(meaning)


def judge_storage(storage: Storage) -> Verdict:
    """Whether orders can be journalled."""
    folder = clean(storage.folder, limit=200)
    if storage.refusal:
        remedy = "make it writable for you: without the journal no order is sent"
        return bad(f"{folder} cannot be written to ({clean(storage.refusal, limit=120)})", remedy)
    if storage.journal_refusal:
        return bad(clean(storage.journal_refusal, limit=300), "without the journal no order is sent")
    if storage.open_orders:
        what = "1 order has" if storage.open_orders == 1 else f"{storage.open_orders} orders have"
        meaning = f"writable; {what} no known outcome in the journal"
        return warning(meaning, "see “ibtui journal --open”; ibtui looks for them before it takes a new order")
    return ok(f"{folder} is writable, no order of unknown outcome")


def judge_terminal(traits: TerminalTraits) -> Verdict:
    """Whether the dashboard can be drawn."""
    if not traits.is_terminal:
        return skipped("the output is no terminal")
    where = "".join((", tmux" if traits.in_tmux else "", ", SSH" if traits.over_ssh else ""))
    meaning = f"{traits.columns}×{traits.rows}, {_colours(traits)}, {traits.encoding}, TERM={clean(traits.term)}{where}"
    if traits.term in DUMB:
        return bad(f"TERM is “{clean(traits.term)}”: nothing can be drawn", "set TERM, for example to xterm-256color")
    if "utf" not in traits.encoding.casefold():
        return warning(meaning, "set a UTF-8 locale (LANG=C.UTF-8): lines and marks would be drawn wrongly")
    if traits.columns < LEAST_COLUMNS or traits.rows < LEAST_ROWS:
        return warning(meaning, f"make it at least {LEAST_COLUMNS}×{LEAST_ROWS}")
    if traits.in_tmux and not traits.term.startswith(("tmux", "screen")):
        return warning(meaning, "inside tmux TERM should be tmux-256color (tmux: set -g default-terminal)")
    if traits.columns < GOOD_COLUMNS or traits.rows < GOOD_ROWS:
        return ok(f"{meaning}; {GOOD_COLUMNS}×{GOOD_ROWS} shows all panels")
    return ok(meaning)


def _colours(traits: TerminalTraits) -> str:
    if traits.no_colour:
        return "no colours (NO_COLOR)"
    if traits.colour_term.casefold() in TRUE_COLOUR or traits.term.endswith("-direct"):
        return "true colour"
    return "256 colours" if "256" in traits.term else "16 colours"

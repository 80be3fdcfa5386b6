"""What came of many runs."""

from __future__ import annotations

import traceback
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from tests.random_days.day import Day, no_chance
from tests.random_days.forms import names


@dataclass(slots=True)
class Result:
    """One run."""

    seed: int
    story: list[str]
    violations: list[str]
    steps: int
    counts: Counter[str]
    """Acts that were done, by name; `lives` counts starts after the first."""
    faults: Counter[str]
    """Faults that struck, by name."""
    drawn: Counter[str]
    """Tickets by form."""
    placed: Counter[str]
    """Of these, how many were placed at the exchange."""
    unknowns: Counter[str]
    """Outcomes that stayed unknown, by reason."""
    orders: int
    requests: int
    simulated: float
    """Seconds."""


@dataclass(slots=True)
class Totals:
    """Many runs."""

    runs: int = 0
    steps: int = 0
    orders: int = 0
    requests: int = 0
    simulated: float = 0.0
    counts: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    placed: Counter[str] = field(default_factory=Counter)
    unknowns: Counter[str] = field(default_factory=Counter)
    violated: list[int] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.runs += 1
        self.steps += result.steps
        self.orders += result.orders
        self.requests += result.requests
        self.simulated += result.simulated
        self.counts += result.counts
        self.faults += result.faults
        self.drawn += result.drawn
        self.placed += result.placed
        self.unknowns += result.unknowns
        if result.violations:
            self.violated.append(result.seed)

    def words(self, seconds: float) -> str:
        """The summary."""
        hours = self.simulated / 3600
        rows = [
            f"{self.runs} runs, {self.steps} steps, {hours:.1f} simulated hours in {seconds:.0f} s",
            f"{self.orders} orders at the exchange, {self.requests} order requests left",
            f"{self.counts['deaths']} kills, {self.counts['lives']} starts with an old journal",
            "acts: " + _listed(self.counts),
            "faults: " + _listed(self.faults),
            "tickets: " + _listed(self.drawn),
            "placed: " + _listed(self.placed),
            f"unknown outcomes left: {sum(self.unknowns.values())}",
            *(f"  {number:5} {reason}" for reason, number in sorted(self.unknowns.items())),
            f"violations: {len(self.violated)} runs {self.violated or ''}",
        ]
        return "\n".join(rows)


def run_day(seed: int, steps: int) -> Result:
    """One run: everything in it follows from the seed."""
    with no_chance(seed):
        day = Day(seed)
        try:
            violations = _led(day, seed, steps)
        except Exception:  # noqa: BLE001  # a run that breaks must say its seed like one that breaks a law
            violations = [f"the run ends: {traceback.format_exc()}"]
        try:
            return result_of(day, steps, violations)
        finally:
            day.clear_away()


def _led(day: Day, seed: int, steps: int) -> list[str]:
    rng = Random(f"acts {seed}")
    day.begin()
    for _ in range(steps):
        day.act(day.choose(rng), rng)
    return day.end()


def result_of(day: Day, steps: int, violations: list[str]) -> Result:
    """A settled run as figures."""
    return Result(
        seed=day.seed,
        story=day.story,
        violations=violations,
        steps=steps,
        counts=day.counts,
        faults=day.network.struck,
        drawn=day.user.drawn,
        placed=_placed(day),
        unknowns=day.unknowns(),
        orders=len(day.world.exchange.ids),
        requests=sum(deed.left for deed in day.network.deeds.by_key.values()),
        simulated=day.loop.time(),
    )


def _placed(day: Day) -> Counter[str]:
    """Orders at the exchange by form."""
    keys = [(asked.key, asked.place) for asked in day.world.exchange.asked]
    wished = [day.user.tickets[key][place] for key, place in keys if place < len(day.user.tickets.get(key, ()))]
    return Counter(name for ticket in wished for name in names(ticket))


def failure(result: Result) -> str:
    """A violation as it is printed: what to look at, and how to see it again."""
    broken = "\n".join(f"  VIOLATED  {words}" for words in result.violations)
    steps = "\n".join(f"  {line}" for line in result.story)
    again = f"python -m tests.random_days --seed {result.seed} --runs 1 --steps {result.steps} -v"
    return f"seed {result.seed}\n{steps}\n{broken}\n  again: {again}\n"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))

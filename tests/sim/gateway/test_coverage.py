"""The report of what works."""

from __future__ import annotations

from ibtui.sim.gateway.coverage import covered
from ibtui.sim.gateway.rest.routes import ROUTES
from ibtui.sim.server import coverage_report


def test_every_trading_path_is_listed_once() -> None:
    listed = [(row.method, row.path) for row in covered() if row.tag.startswith("Trading")]
    assert len(listed) == len(set(listed)) == 113


def test_what_works_is_what_has_a_route() -> None:
    working = {(row.method, row.path) for row in covered() if row.works}
    assert ("POST", "/iserver/reply/{replyId}") in working
    assert ("GET", "/iserver/scanner/params") not in working
    assert len(working) == len(ROUTES)


def test_whole_tags_work() -> None:
    for tag in ("Orders", "Session", "Watchlists", "Market Data", "FYIs and Notifications", "Contracts", "Portfolio"):
        assert all(row.works for row in covered() if row.tag == f"Trading {tag}"), tag


def test_the_report_says_works_or_404_for_each() -> None:
    lines = coverage_report().splitlines()
    assert "  works  POST   /tickle" in lines
    assert "  404    GET    /iserver/scanner/params" in lines
    assert lines[-1].endswith("of 113 work")

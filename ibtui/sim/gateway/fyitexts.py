"""The simulated FYIs' words, in the HTML that IBKR writes: tables, line breaks, links and entities."""

from __future__ import annotations

DISCLAIMER = (
    "This communication is provided for information purposes only and is not intended as a recommendation or a "
    "solicitation to buy, sell or hold any investment product. Customers are solely responsible for their own trading "
    "decisions."
)
UNREAD_DISCLAIMERS = frozenset({"EA"})
"""Type codes whose disclaimer nobody has accepted yet."""

SUBSCRIPTIONS = (
    ("AA", "Account Activity", "Notifications related to account activity such as funding and market data permissions"),
    ("BA", "Borrow Availability", "Notify me when shares have been located on stocks rejected for short sale."),
    ("CT", "Cash Transfer", "Notify me when a cash transfer completes."),
    ("DA", "Dividends Advisory", "Notify me of upcoming dividends from any of my holdings."),
    ("EA", "Upcoming Earnings", "Notify me of upcoming earnings announcements from any of my holdings."),
    ("MF", "Mutual Fund/ETF Advisory", "Notify me of funds with a similar performance and lower fees."),
    ("OE", "Option or Future Expiration", "Notify me three days before my options or futures expire."),
    ("PF", "Portfolio FYIs", "Notify me of recent activity affecting my portfolio holdings."),
    ("PT", "Position Transfer", "Notify me of configuration changes needed because of my position transfers."),
    ("SE", "Suspend Order on Economic Event", "Notify me before economic events that may suspend my orders."),
    ("SM", "System Messages", "Notify me of system messages."),
    ("TO", "Takeover", "Notify me of takeover bids for any of my holdings."),
    ("UA", "User Alert", "Notify me when one of my alerts fires."),
)
"""Type code, name and description ("FYI Typecodes"; AA, PF seen on the wire only)."""

_EARNINGS = (
    "<html>One or more companies in your portfolio announce earnings soon.<br /><br />"
    '<table border="1"><tr><th>Symbol</th><th>Company</th><th>Date</th><th>When</th></tr>'
    "<tr><td>AAPL</td><td>APPLE INC</td><td>28&nbsp;Jan</td><td>After market</td></tr>"
    "<tr><td>JPM</td><td>JPMORGAN CHASE &amp; CO</td><td>14&nbsp;Jan</td><td>Before market</td></tr></table><br />"
    'See the <a href="https://www.interactivebrokers.com/calendar">calendar</a>.</html>'
)
_RATINGS = (
    "<html>Analysts have changed their ratings for one or more companies in which you hold positions.    <br />"
    " - AAPL@NASDAQ: Buy: 14(+1), Outperform: 11(0), Hold: 12(-1), Underperform: 2(0). Held in: D****567 <br />"
    " - KO@NYSE: Buy: 9(0), Outperform: 8(0), Hold: 6(0), Sell: 0(0). Held in: D****567 <br /><br />"
    "   Note: current ratings may not reflect all changes from other sources.</html>"
)
_EXPIRATION = (
    "One or more contracts in your portfolio are set to expire shortly.<br>"
    "- ES DEC2026 in Account(Qty): D****567(-2)<br>"
    "Please roll or close the position before the close-out date. A price of &lt;your stop&gt; is not guaranteed."
)
_DIVIDEND = (
    "<p>The following holding goes <b>ex-dividend</b>:</p><ul><li>KO &#8211; 0.51&nbsp;USD per share, ex-date "
    "1&nbsp;Dec</li></ul><p>Short positions are charged the amount. Contact us at <i>help@ibkr.example</i>.</p>"
)
_FUNDS = (
    "There may be ETFs available with similar historical performance and <u>lower fees</u> than certain Mutual "
    "Funds/ETFs you hold.<br/><br/>SPY &rarr; expense ratio 0.0945&#37;"
)
_SYSTEM = (
    "Regular server maintenance takes place on Saturday evening, 23:00&#x2013;03:00 ET. Orders held by the system are "
    "not affected; new orders may be rejected &quot;temporarily&quot;."
)
_CASH = "A deposit of 25,000.00&nbsp;EUR to account D****567 was credited.\nReference: &lsquo;SIM-0001&rsquo;"

NOTIFICATIONS = (
    ("EA", "IBKR FYI: Upcoming Earnings", _EARNINGS, 2, False),
    ("PF", "FYI: Changes in Analyst Ratings", _RATINGS, 5, False),
    ("OE", "IBKR FYI: Option or Future Expiration", _EXPIRATION, 9, False),
    ("DA", "IBKR FYI: Dividends Advisory", _DIVIDEND, 26, False),
    ("SM", "IBKR FYI: System Message &amp; Maintenance", _SYSTEM, 31, True),
    ("MF", "IBKR FYI: Mutual Fund/ETF Advisory", _FUNDS, 52, True),
    ("CT", "IBKR FYI: Cash Transfer", _CASH, 80, True),
    *(("PF", "FYI: Changes in Analyst Ratings", _RATINGS, 100 + 24 * day, True) for day in range(6)),
)
"""Type code, title, body, age in hours and whether it was read, newest first."""

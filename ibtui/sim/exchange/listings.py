"""The contracts the simulated exchange lists by default, with IBKR's conids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from ibtui.sim.exchange.types import Hours, Instrument

US_STOCK_HOURS = Hours("America/New_York", (570, 960), (240, 1200))
CME_HOURS = Hours("America/Chicago", (510, 900), (1020, 960))
FOREX_HOURS = Hours("America/New_York", (1035, 1020), (1035, 1020))
CRYPTO_HOURS = Hours("America/New_York", (0, 1440), (0, 1440), continuous=True)
INDEX_HOURS = Hours("America/Chicago", (510, 900), (510, 900))

FIRST_SYNTHETIC_CONID = 990_000_001
_MONTH_CODES = {3: "H", 6: "M", 9: "U", 12: "Z"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_COMMON = """\
265598|AAPL|APPLE INC|NASDAQ|271.00|1.6|48|Technology|Computers|Computers
272093|MSFT|MICROSOFT CORP|NASDAQ|481.50|1.4|22|Technology|Software|Applications Software
4815747|NVDA|NVIDIA CORP|NASDAQ|181.20|2.5|180|Technology|Semiconductors|Electronic Compo-Semicon
3691937|AMZN|AMAZON.COM INC|NASDAQ|228.40|1.8|40|Communications|Internet|E-Commerce/Products
208813719|GOOGL|ALPHABET INC-CL A|NASDAQ|301.80|1.7|33|Communications|Internet|Web Portals/ISP
208813720|GOOG|ALPHABET INC-CL C|NASDAQ|302.60|1.7|21|Communications|Internet|Web Portals/ISP
107113386|META|META PLATFORMS INC-CLASS A|NASDAQ|648.30|2.0|14|Communications|Internet|Internet Content-Entmnt
76792991|TSLA|TESLA INC|NASDAQ|438.70|3.2|85|Consumer, Cyclical|Auto Manufacturers|Auto-Cars/Light Trucks
4391|AMD|ADVANCED MICRO DEVICES|NASDAQ|214.90|3.0|45|Technology|Semiconductors|Electronic Compo-Semicon
270639|INTC|INTEL CORP|NASDAQ|37.45|2.9|90|Technology|Semiconductors|Electronic Compo-Semicon
15124833|NFLX|NETFLIX INC|NASDAQ|108.60|1.9|38|Communications|Internet|Internet Content-Entmnt
313130367|AVGO|BROADCOM INC|NASDAQ|379.30|2.6|25|Technology|Semiconductors|Electronic Compo-Semicon
272997|COST|COSTCO WHOLESALE CORP|NASDAQ|904.10|1.2|2.1|Consumer, Cyclical|Retail|Retail-Discount
265768|ADBE|ADOBE INC|NASDAQ|334.20|1.8|4.2|Technology|Software|Applications Software
268084|CSCO|CISCO SYSTEMS INC|NASDAQ|77.30|1.3|20|Communications|Telecommunications|Networking Products
444857009|PLTR|PALANTIR TECHNOLOGIES INC-A|NASDAQ|178.40|3.6|60|Technology|Software|Applications Software
481691285|COIN|COINBASE GLOBAL INC -CLASS A|NASDAQ|268.70|4.0|9|Financial|Diversified Finan Serv|Finance-Other Services
199169591|PYPL|PAYPAL HOLDINGS INC|NASDAQ|62.15|1.9|12|Consumer, Non-cyclical|Commercial Services|Commerc Serv-Finance
43645865|IBKR|INTERACTIVE BROKERS GROUP-A|NASDAQ|65.80|2.1|5.5|Financial|Diversified Finan Serv|Finance-Invest Bnkr/Brkr
11017|PEP|PEPSICO INC|NASDAQ|148.25|1.1|7|Consumer, Non-cyclical|Beverages|Beverages-Non-alcoholic
13824|WMT|WALMART INC|NASDAQ|110.40|1.2|17|Consumer, Cyclical|Retail|Retail-Discount
8314|IBM|INTL BUSINESS MACHINES CORP|NYSE|304.60|1.4|4|Technology|Computers|Computer Services
8894|KO|COCA-COLA CO/THE|NYSE|71.20|0.9|14|Consumer, Non-cyclical|Beverages|Beverages-Non-alcoholic
1520593|JPM|JPMORGAN CHASE & CO|NYSE|309.80|1.3|9|Financial|Banks|Diversified Banking Inst
10098|BAC|BANK OF AMERICA CORP|NYSE|53.70|1.4|36|Financial|Banks|Diversified Banking Inst
4627828|GS|GOLDMAN SACHS GROUP INC|NYSE|862.50|1.6|2|Financial|Banks|Diversified Banking Inst
49462172|V|VISA INC-CLASS A SHARES|NYSE|334.90|1.1|6.5|Financial|Diversified Finan Serv|Finance-Credit Card
38685693|MA|MASTERCARD INC - A|NYSE|546.20|1.2|2.8|Financial|Diversified Finan Serv|Finance-Credit Card
6459|DIS|WALT DISNEY CO/THE|NYSE|110.90|1.4|9.5|Communications|Media|Multimedia
13977|XOM|EXXON MOBIL CORP|NYSE|116.30|1.3|15|Energy|Oil&Gas|Oil Comp-Integrated
5684|CVX|CHEVRON CORP|NYSE|151.80|1.3|8|Energy|Oil&Gas|Oil Comp-Integrated
8719|JNJ|JOHNSON & JOHNSON|NYSE|204.30|1.0|8.2|Consumer, Non-cyclical|Pharmaceuticals|Medical-Drugs
11031|PFE|PFIZER INC|NYSE|25.60|1.3|48|Consumer, Non-cyclical|Pharmaceuticals|Medical-Drugs
11054|PG|PROCTER & GAMBLE CO/THE|NYSE|145.40|1.0|8.8|Consumer, Non-cyclical|Cosmetics/Personal Care|Cosmetics&Toiletries
7930|HD|HOME DEPOT INC|NYSE|344.70|1.3|4.5|Consumer, Cyclical|Retail|Retail-Building Products
272800|ORCL|ORACLE CORP|NYSE|201.10|2.7|26|Technology|Software|Enterprise Software/Serv
29624264|CRM|SALESFORCE INC|NYSE|244.80|1.8|7.6|Technology|Software|Applications Software
365207014|UBER|UBER TECHNOLOGIES INC|NYSE|84.60|2.0|18|Technology|Internet|E-Commerce/Services
4762|BA|BOEING CO/THE|NYSE|205.30|1.9|7.5|Industrial|Aerospace/Defense|Aerospace/Defense
5437|CAT|CATERPILLAR INC|NYSE|579.40|1.7|3.3|Industrial|Machinery-Constr&Mining|Machinery-Constr&Mining
13272|UNH|UNITEDHEALTH GROUP INC|NYSE|330.20|2.0|8.6|Consumer, Non-cyclical|Healthcare-Services|Medical-HMO
37018770|T|AT&T INC|NYSE|24.70|1.1|38|Communications|Telecommunications|Telephone-Integrated
9599491|F|FORD MOTOR CO|NYSE|13.35|1.9|60|Consumer, Cyclical|Auto Manufacturers|Auto-Cars/Light Trucks
"""
"""conid|symbol|name|exchange|price|daily volatility in percent|million shares a day|industry|category|group"""

# conid, symbol, name, exchange, price, daily volatility, shares a day, beta
_FUNDS: tuple[tuple[int, str, str, str, str, float, int, float], ...] = (
    (756733, "SPY", "SPDR S&P 500 ETF TRUST", "ARCA", "680.40", 0.0090, 75_000_000, 1.0),
    (320227571, "QQQ", "INVESCO QQQ TRUST SERIES 1", "NASDAQ", "614.80", 0.0115, 52_000_000, 1.2),
    (9579970, "IWM", "ISHARES RUSSELL 2000 ETF", "ARCA", "246.30", 0.0125, 34_000_000, 1.15),
    (73128548, "DIA", "SPDR DJIA TRUST", "ARCA", "476.10", 0.0085, 4_600_000, 0.9),
    (51529211, "GLD", "SPDR GOLD SHARES", "ARCA", "384.70", 0.0100, 11_000_000, 0.0),
    (15547841, "TLT", "ISHARES 20+ YEAR TREASURY BD", "NASDAQ", "88.60", 0.0085, 36_000_000, -0.2),
)


def default_instruments(start_ms: int | None = None) -> list[Instrument]:
    """List the default contracts: stocks, funds, front futures, currency pairs, an index and two cryptocurrencies.

    The futures are those of December 2026; for a start after their expiry they take the name and expiry of the front
    quarter then (and keep the conids of December 2026).
    """
    return [*_stocks(), *_funds(), *_futures(_front_expiry(start_ms)), *_pairs(), _index(), *_coins()]


def synthetic_instruments(count: int) -> list[Instrument]:
    """Make `count` invented stocks (conids from 990000001 on) for load tests."""
    return [_synthetic(number) for number in range(count)]


def found(listed: Sequence[Instrument], text: str, by_name: bool) -> list[Instrument]:
    """Search by the beginning of the symbol, or by a part of the name; the exact symbol comes first."""
    wanted = text.strip().upper()
    if not wanted:
        return []
    if by_name:
        return [listing for listing in listed if wanted in listing.name.upper()]
    hits = [
        listing for listing in listed if listing.symbol.startswith(wanted) or listing.local_symbol.startswith(wanted)
    ]
    return sorted(hits, key=lambda listing: wanted not in (listing.symbol, listing.local_symbol))


def _stocks() -> list[Instrument]:
    return [_common(*line.split("|")) for line in _COMMON.splitlines()]


def _common(
    conid: str,
    symbol: str,
    name: str,
    exchange: str,
    price: str,
    percent: str,
    millions: str,
    industry: str,
    category: str,
    group: str,
) -> Instrument:
    return _stock(
        int(conid),
        symbol,
        name,
        exchange,
        price,
        float(percent) / 100,
        round(float(millions) * 1_000_000),
        (industry, category, group),
        stock_type="COMMON",
        beta=1.0,
    )


def _funds() -> list[Instrument]:
    return [
        _stock(conid, symbol, name, exchange, price, volatility, volume, ("", "", ""), stock_type="ETF", beta=beta)
        for conid, symbol, name, exchange, price, volatility, volume, beta in _FUNDS
    ]


def _stock(
    conid: int,
    symbol: str,
    name: str,
    exchange: str,
    price: str,
    volatility: float,
    volume: int,
    sector: tuple[str, str, str],
    *,
    stock_type: str,
    beta: float,
) -> Instrument:
    return Instrument(
        conid=conid,
        symbol=symbol,
        name=name,
        sec_type="STK",
        exchange=exchange,
        currency="USD",
        increment=Decimal("0.01"),
        multiplier=Decimal(1),
        size_increment=Decimal(1),
        start_price=Decimal(price),
        daily_volatility=volatility,
        average_volume=volume,
        hours=US_STOCK_HOURS,
        local_symbol=symbol,
        trading_class="NMS" if exchange == "NASDAQ" else symbol,
        stock_type=stock_type,
        industry=sector[0],
        category=sector[1],
        group=sector[2],
        market_beta=beta,
    )


def _front_expiry(start_ms: int | None) -> date:
    """Give the first third Friday of a quarter's last month that is not over at the start."""
    expiry = date(2026, 12, 18)
    start = expiry if start_ms is None else datetime.fromtimestamp(start_ms / 1000, UTC).date()
    while expiry < start:
        year, month = expiry.year + (expiry.month == 12), expiry.month % 12 + 3
        first = date(year, month, 1)
        expiry = first + timedelta(days=(4 - first.weekday()) % 7 + 14)
    return expiry


def _futures(expiry: date) -> list[Instrument]:
    return [
        _future(expiry, 515416632, "ES", "E-mini S&P 500", "6825.00", 0.0090, 1_400_000, 11004968, "50", 1.0),
        _future(expiry, 563947726, "NQ", "E-mini NASDAQ 100", "25180.00", 0.0115, 560_000, 11004958, "20", 1.2),
    ]


def _future(
    expiry: date,
    conid: int,
    symbol: str,
    name: str,
    price: str,
    volatility: float,
    volume: int,
    underlying: int,
    multiplier: str,
    beta: float,
) -> Instrument:
    return Instrument(
        conid=conid,
        symbol=symbol,
        name=name,
        sec_type="FUT",
        exchange="CME",
        currency="USD",
        increment=Decimal("0.25"),
        multiplier=Decimal(multiplier),
        size_increment=Decimal(1),
        start_price=Decimal(price),
        daily_volatility=volatility,
        average_volume=volume,
        hours=CME_HOURS,
        local_symbol=f"{symbol}{_MONTH_CODES[expiry.month]}{expiry.year % 10}",
        trading_class=symbol,
        expiry=f"{expiry:%Y%m%d}",
        underlying_conid=underlying,
        industry="Indices",
        category="Broad Range Equity Index",
        group="Indices",
        market_beta=beta,
    )


def _pairs() -> list[Instrument]:
    return [
        _pair(12087792, "EUR", "USD", "European Monetary Union Euro", "0.00005", "1.15240", 0.0048),
        _pair(12087797, "GBP", "USD", "British pound", "0.00005", "1.31260", 0.0050),
        _pair(15016059, "USD", "JPY", "United States dollar", "0.005", "156.420", 0.0058),
    ]


def _pair(conid: int, base: str, quoted: str, name: str, increment: str, price: str, volatility: float) -> Instrument:
    return Instrument(
        conid=conid,
        symbol=base,
        name=name,
        sec_type="CASH",
        exchange="IDEALPRO",
        currency=quoted,
        increment=Decimal(increment),
        multiplier=Decimal(1),
        size_increment=Decimal(1),
        start_price=Decimal(price),
        daily_volatility=volatility,
        average_volume=90_000_000_000,
        hours=FOREX_HOURS,
        local_symbol=f"{base}.{quoted}",
        trading_class=f"{base}.{quoted}",
        base_currency=base,
    )


def _index() -> Instrument:
    return Instrument(
        conid=416904,
        symbol="SPX",
        name="S&P 500 Stock Index",
        sec_type="IND",
        exchange="CBOE",
        currency="USD",
        increment=Decimal("0.01"),
        multiplier=Decimal(100),
        size_increment=Decimal(1),
        start_price=Decimal("6804.00"),
        daily_volatility=0.0090,
        average_volume=0,
        hours=INDEX_HOURS,
        local_symbol="SPX",
        trading_class="SPX",
        industry="Indices",
        category="Broad Range Equity Index",
        group="Indices",
        tradable=False,
        market_beta=1.0,
    )


def _coins() -> list[Instrument]:
    return [
        _coin(479624278, "BTC", "Bitcoin cryptocurrency", "0.25", "91250.00", 0.024, 6_000),
        _coin(495759171, "ETH", "Ethereum cryptocurrency", "0.01", "3040.00", 0.031, 90_000),
    ]


def _coin(conid: int, symbol: str, name: str, increment: str, price: str, volatility: float, volume: int) -> Instrument:
    return Instrument(
        conid=conid,
        symbol=symbol,
        name=name,
        sec_type="CRYPTO",
        exchange="PAXOS",
        currency="USD",
        increment=Decimal(increment),
        multiplier=Decimal(1),
        size_increment=Decimal("0.00000001"),
        start_price=Decimal(price),
        daily_volatility=volatility,
        average_volume=volume,
        hours=CRYPTO_HOURS,
        local_symbol=f"{symbol}.USD",
        trading_class=symbol,
    )


def _synthetic(number: int) -> Instrument:
    high, low = divmod(number, 26)
    symbol = f"Z{_LETTERS[high // 26 % 26]}{_LETTERS[high % 26]}{_LETTERS[low]}"
    price = Decimal(1000 + number * 7919 % 39_000).scaleb(-2)
    return _stock(
        FIRST_SYNTHETIC_CONID + number,
        symbol,
        f"SYNTHETIC {symbol} CORP",
        "NYSE" if number % 2 else "NASDAQ",
        str(price),
        0.012 + number % 13 * 0.0015,
        500_000 + number * 104_729 % 6_000_000,
        ("Industrial", "Miscellaneous Manufactur", "Diversified Manufact Op"),
        stock_type="COMMON",
        beta=1.0,
    )

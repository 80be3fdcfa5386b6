"""ibtui: a full-screen trading dashboard for Interactive Brokers' Client Portal Web API."""

__version__ = "0.1.0"

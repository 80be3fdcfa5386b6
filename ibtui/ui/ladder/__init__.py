"""The price ladder: what it shows, and the hands that trade on it."""

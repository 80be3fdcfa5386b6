"""OAuth as IBKR speaks it: 1.0a with a Diffie-Hellman session token, and 2.0 with signed assertions. Pure."""

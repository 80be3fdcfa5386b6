"""How an instrument looks in each of IBKR's contract answers."""

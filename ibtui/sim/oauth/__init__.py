"""OAuth 1.0a and 2.0 as IBKR's api.ibkr.com speaks them: its own implementation, made from the documents alone."""

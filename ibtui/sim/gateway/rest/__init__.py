"""One module for each tag of IBKR's Web API; each has a `ROUTES` table of method, path and handler."""

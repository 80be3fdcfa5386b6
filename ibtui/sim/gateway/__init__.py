"""The gateway's wire: REST, websocket, sessions, questions and pacing, written from IBKR's documents alone."""

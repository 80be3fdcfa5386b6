"""Wire forms of orders: rows, bodies, requests and answers (Sans-I/O)."""

"""Other ways to paint the same watchlist, fed by the same gateway: what ibtui is measured against."""

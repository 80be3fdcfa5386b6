"""Orders below the screens: desk, journal and reconciliation (design/order-safety)."""

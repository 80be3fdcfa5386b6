"""Policy and lifetime: what the UI may ask for, and how the gateway is asked."""

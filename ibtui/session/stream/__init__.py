"""What comes by the websocket: subscriptions wanted against confirmed, and which of them fell silent."""

"""One module for each websocket topic, and the connection that owns them."""

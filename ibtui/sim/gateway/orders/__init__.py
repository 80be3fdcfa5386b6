"""What lies between a request to place an order and the exchange: parsing, questions, replies, descriptions."""

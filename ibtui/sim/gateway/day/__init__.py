"""What goes wrong with sessions, sockets and answers in a day: events that begin and end at any moment."""

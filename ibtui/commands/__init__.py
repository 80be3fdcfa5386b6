"""What `ibtui COMMAND` does, one module a command; each is loaded when it is asked for."""

"""`ibtui oauth setup`: questions, checks, a trial and the configuration at the end."""

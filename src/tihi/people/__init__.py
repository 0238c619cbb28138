"""People: who they are, what they may do, what is kept of them and for how long."""

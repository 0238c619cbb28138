"""The schema, as plain SQL files that run once each, in order, forward only."""

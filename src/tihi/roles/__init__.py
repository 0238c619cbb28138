"""The roles and every command: where parts are put together, by hand, and nothing else.

Read `serve` first: the whole system on one screen.
"""

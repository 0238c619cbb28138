"""A benchmark for each number that we claim: `tihi bench …`, from a checkout.

Each starts engines of its own in a fresh data folder, as shipped and with durable settings,
drives the system through its public interfaces where it has any, and says what was lost.
Read `stand` first.
"""

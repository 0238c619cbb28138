"""Back-fills: an achievement that is added to a running system is counted from history.

Works beside the consumer `rewards`, by its hands. Facts in: none; reads the log. Outcomes out:
those of rewards. Tables: none of its own; packs keep how far it has come. Read `service.step`.
"""

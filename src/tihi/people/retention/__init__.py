"""How long what is kept of people stays, and the daily going through it (P9).

Facts out: `person.erased`, by way of privacy. Tables: none of its own; by the list in
`content/retention.yaml` those that age. Read `model` first, then `service`.
"""

"""The published language: what happened (facts) and what the game made of it (outcomes).

Reviewed like an API: a type carries its version in its name, and a field is never given
another meaning. Read `envelope` first, then `learning` and `outcomes`.
"""

"""The directory above orgs: which org a session, a host or a class code belongs to.

Tables: system.orgs, sessions, codes, links, api_keys. They hold hashes and ids, nothing
personal. These statements speak of all orgs, because they are asked before one is known.
"""

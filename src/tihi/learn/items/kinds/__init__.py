"""The kinds of item, one pure module each, and what they share: text, numbering, patterns.

Only the rules and the service of items, and the importers that make drafts, look in here.
"""

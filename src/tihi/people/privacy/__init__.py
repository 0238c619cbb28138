"""What people may ask of whoever keeps data about them: to see all of it, and to be erased.

Facts out: `person.erased`. Outcomes out: none. Table: erasures; and by the list in
`content/personal.yaml` every table that holds a person. Read `model` first, then `service`.
"""

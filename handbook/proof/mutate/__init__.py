"""`handbook mutate`: break each snippet in every small way, and see who notices.

`mutants` makes the broken versions, with mutmut's operators; `trial` runs a unit's test
against each of them; `record` keeps what came of it, and `judge` judges it.
"""

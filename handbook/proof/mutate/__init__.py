"""`handbook mutate`: make small wrong changes to snippets, and run their tests.

`mutants` makes the changed versions, with the operators of mutmut. `trial` runs a
unit's test against each of them, `record` stores the results, and `judge` compares them
with the thresholds.
"""

"""`handbook hostile`: call each public function with data that it did not expect.

People declare one honest call per function in `tests/hostile/PART/STEM.py`, with
`Honest`. `inputs` derives hostile calls from it, one module per kind of trouble, and
`judge` decides whether the answers hold. `trial` does both in a process of its own;
`record` starts it, and remembers what it found.
"""

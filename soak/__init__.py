"""Measurements that take long: readers fed with mutated inputs, rehearsals with faults, and domains of a million records.

``script/soak`` runs them outside of the tests, goes on from its last seed, and sums what came out in docs/soak.md.
"""

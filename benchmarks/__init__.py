"""Benchmarks against other programs; started by script/bench."""

"""Benchmarks: figures as ratios to a peer in the same run; never part of the tests.

Run with ``python -m tests.benchmarks [start|explain|row|ahead|talk|talk-rate…]``.
"""

"""Real mail servers on loopback, each in a private world of its own.

``python -m tests.interop list`` names them, ``up`` and ``down`` start and stop them by hand; tests
use the fixtures of conftest.py. A new server is a new folder under servers/, without any Python.
"""

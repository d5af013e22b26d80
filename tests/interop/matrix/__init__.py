"""The matrix: every endpoint asked everything, in every state, recorded and played again.

``plan`` says what is asked where, ``play`` asks it, ``plain`` tells two sessions apart, and
``shelf`` keeps the recordings. ``python -m tests.interop.matrix record | compare [NAME…]``.
"""

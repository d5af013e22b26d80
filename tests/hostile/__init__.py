"""Servers that mean no good, or know no better: every one ends in clear events and harms nobody."""

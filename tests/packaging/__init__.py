"""Tests of what stands in packaging/: the set-up script, the desktop files and the bundle."""

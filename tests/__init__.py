"""The tests of smtpdebugger; each room of the package has its own folder here."""

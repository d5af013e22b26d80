"""The window: Qt widgets over a session; they read the log and never the wire.

PySide puts an import of its own in the place of Python's. It reads the source of every module that
is loaded from then on, to see whether it asks for one of PySide's switches ("__feature__"). We have
no such switch, and hundreds of modules; so Python gets its own import back. What goes with PySide's
is ``from PySide6… import *``, which nobody here writes.
"""

import builtins

_python_import = builtins.__import__

import PySide6.QtCore  # noqa: E402, F401 - between the two lines that keep Python's import

builtins.__import__ = _python_import

"""Finds resources/, wherever the program was installed; nobody else touches its paths.

A wheel carries the folder as ``smtpdebugger/_resources``, and so does the frozen bundle;
a source tree and an editable install have it beside the package.
"""

from pathlib import Path


def root() -> Path:
    """The folder that holds our data files. Raises FileNotFoundError if the install lacks it."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_resources", package.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"The data folder is missing beside {package}. Reinstall smtpdebugger.")


def path(*parts: str) -> Path:
    """The path of one data file, e.g. ``path("manual", "index.md")``."""
    return root().joinpath(*parts)

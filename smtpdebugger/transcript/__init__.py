"""Sessions on disk and on the clipboard: files, redaction, imports and exports."""

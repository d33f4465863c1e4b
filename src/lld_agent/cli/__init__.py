"""The command line: one file per command, thin. Importing this package loads nothing heavy."""

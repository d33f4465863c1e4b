"""Operators, one file per family of rules."""

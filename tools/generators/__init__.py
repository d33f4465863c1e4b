"""Makers of the pages that are generated from the code."""

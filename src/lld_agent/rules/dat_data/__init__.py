"""Family DAT: do tables, keys, indexes and diagrams agree."""

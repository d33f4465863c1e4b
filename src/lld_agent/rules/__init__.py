"""Rules: what a design is checked for. One class and one file each; see `base` and `registry`."""

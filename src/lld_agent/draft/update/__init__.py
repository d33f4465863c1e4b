"""A design that is there already, and a brief that changed: what to redo, and a three-way merge."""

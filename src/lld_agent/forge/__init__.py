"""What code hosts have in common: values, the port, lines of diffs, careful requests."""

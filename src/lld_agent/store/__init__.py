"""Writing results so that a reader never sees half of one."""

"""Settings from files, environment and flags; the origin of each is known."""

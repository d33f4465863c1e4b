"""Family SEC: are threats named, answered and tested."""

"""Family TST: is what may go wrong tested."""

"""Family PRF: do the numbers of load, capacity and latency fit each other."""

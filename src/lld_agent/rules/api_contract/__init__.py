"""Family API: does the contract agree with itself and with everything that calls it."""

"""Family REQ: does the design say where its demands come from, and answer them."""

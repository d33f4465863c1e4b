"""Family STA: are state machines whole, and do they agree with what is stored."""

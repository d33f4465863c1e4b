"""The webhook server: proves who sent a delivery, writes it down, answers."""

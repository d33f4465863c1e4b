"""Family TXT: do cells say something that can be built and measured."""

"""What is set up and what is wrong with it; nothing here prints a key."""

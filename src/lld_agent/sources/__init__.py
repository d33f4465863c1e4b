"""What becomes a brief or a design: bytes, files, folders, standard input."""

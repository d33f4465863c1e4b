"""From a brief to a design: what it says where it belongs, and questions for the rest."""

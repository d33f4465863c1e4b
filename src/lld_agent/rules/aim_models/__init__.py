"""Family AIM: memory, limits and guards of services that run models."""

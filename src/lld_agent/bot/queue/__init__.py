"""The durable queue: deliveries in tables of ours, jobs and workers on DBOS (docs/adr)."""

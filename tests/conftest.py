"""Settings of all tests: property tests repeat themselves in `make test`; nothing asks a model."""

import os

from hypothesis import settings

settings.register_profile("repeat", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

# No test asks a real model: the transports refuse anything but loopback.
os.environ["LLD_AGENT_OFFLINE"] = "1"

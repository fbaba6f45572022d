"""How many random examples do the tests try?

The environment variable SEARCHLIB_HYPOTHESIS says it: brief, fast (where it is not set) or slow.
"""

import os

import hypothesis

# A busy machine is no failure.
PATIENT = {"deadline": None, "suppress_health_check": [hypothesis.HealthCheck.too_slow]}

for name, examples in [("brief", 15), ("fast", 80)]:
    # Derandomized: a newcomer's run and ours try the same examples.
    hypothesis.settings.register_profile(name, max_examples=examples, derandomize=True, **PATIENT)
hypothesis.settings.register_profile("slow", max_examples=1_000, print_blob=True, **PATIENT)
hypothesis.settings.load_profile(os.environ.get("SEARCHLIB_HYPOTHESIS", "fast"))

"""How many random examples do the tests try?

The environment variable SEARCHLIB_HYPOTHESIS says it: brief, fast (where it is not set) or slow.
"""

import os

import hypothesis

for name, examples in [("brief", 15), ("fast", 80)]:
    # Derandomized: a newcomer's run and ours try the same examples.
    hypothesis.settings.register_profile(
        name, max_examples=examples, deadline=None, derandomize=True
    )
hypothesis.settings.register_profile("slow", max_examples=5_000, deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("SEARCHLIB_HYPOTHESIS", "fast"))

"""Every run of the protocol, as the model in `protocol.py` has it."""

import pytest

from .protocol import ProtocolError, Rules, explore, start

BREAKS = {
    "syncs_directory_before_manifest": "names a file that is gone",
    "looks_again_after_release": "wait for nobody",
    "applies_queue_before_own": "out of order",
    "manifest_records_batch": "applied twice",
    "readers_look_again": "files of generation",
    "syncs_directory_after_batch": "lost after a loss of power",
}


@pytest.mark.parametrize(("writers", "changes", "readers"), [(1, 2, 1), (2, 1, 1), (2, 2, 1)])
def test_no_run_of_the_protocol_loses_anything(writers: int, changes: int, readers: int) -> None:
    states, steps, crashes = explore(start(writers, changes, readers), Rules())
    assert states > 30
    assert steps > states / 2
    assert crashes >= states


@pytest.mark.parametrize("rule", BREAKS)
def test_each_rule_of_the_protocol_is_needed(rule: str) -> None:
    with pytest.raises(ProtocolError, match=BREAKS[rule]):
        explore(start(2, 2, 1), Rules()._replace(**{rule: False}))

from __future__ import annotations

import pytest
import small
from small import did, opened

pytestmark = pytest.mark.usefixtures("record")


def test_a_matter_goes_from_its_opening_to_its_end():
    receipt = opened()
    print(receipt)
    accepted = did(receipt, "accept", {"who_helps": str(small.BEN)})
    print(accepted)

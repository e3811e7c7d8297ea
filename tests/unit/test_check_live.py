"""What of check-live needs no server."""

from __future__ import annotations

import pytest

from odkit.errors import UsageError
from odkit.live.check import check_live
from odkit.live.logins import Logins


def test_logins_that_can_be_tried_nowhere() -> None:
    with pytest.raises(UsageError, match="the server for the logins is missing"):
        check_live([], logins=Logins((("ann", "x"),)))

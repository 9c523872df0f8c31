"""Where browsers that cannot reach each other meet: a TURN server of the operator's, with a password of a few hours for each call."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

HOLDS: Final = timedelta(hours=6)


def for_a_call(now: datetime) -> list[dict[str, Any]]:
    """Return the servers a browser may use; none without a setting: then browsers reach each other within one network only.

    The password is the server's shared secret over a name that says until when it holds, as coturn's ``use-auth-secret`` has it.
    """
    relay = settings.HUIYIN_TURN
    if not relay:
        return []
    name = f"{int((now + HOLDS).timestamp())}:{secrets.token_hex(6)}"
    password = base64.b64encode(hmac.new(relay["secret"].encode(), name.encode(), hashlib.sha1).digest()).decode()
    return [{"urls": list(relay["urls"]), "username": name, "credential": password}]

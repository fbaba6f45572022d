"""What time is it for a query, and on which calendar?"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

import attrs

from ..errors import shown
from ..schema.dates import micros_of_datetime


@attrs.frozen
class Clock:
    """What time it is, and on which calendar: the zone of dates that name none.

    `now` has a zone. `clock_of` makes one.
    """

    now: datetime
    zone: tzinfo

    @property
    def local(self) -> datetime:
        """The time on the wall, without its zone."""
        return self.now.astimezone(self.zone).replace(tzinfo=None)

    def micros(self, local: datetime) -> int:
        """The microsecond at which the wall shows this."""
        return micros_of_datetime(local.replace(tzinfo=self.zone))


def clock_of(zone: str | tzinfo | None = None, now: datetime | None = None) -> Clock:
    """Return the clock of a zone, given by its name or as a tzinfo (None: UTC).

    A `now` without a zone is a time in that zone; None is the time of the call.

    >>> clock_of("Europe/Berlin", datetime(2019, 3, 3, 12)).now.isoformat()
    '2019-03-03T12:00:00+01:00'

    Raises:
        ValueError: there is no such zone, as far as this machine knows.
    """
    if isinstance(zone, str):
        from zoneinfo import ZoneInfo  # only here: few searches name a zone

        try:
            zone = UTC if zone.upper() in ("UTC", "Z") else ZoneInfo(zone)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError(
                f"timezone is a name such as 'Europe/Berlin', got {shown(zone)}, which this "
                "machine does not know; the package tzdata has them all"
            ) from error
    elif zone is None:
        zone = UTC
    elif not isinstance(zone, tzinfo):
        raise TypeError(f"timezone is a name, a tzinfo or None, got {shown(zone)}")
    if now is None:
        now = datetime.now(zone)
    elif not isinstance(now, datetime):
        raise TypeError(f"now is a datetime or None, got {shown(now)}")
    elif now.tzinfo is None:
        now = now.replace(tzinfo=zone)
    return Clock(now, zone)

"""The days that are asked for, as the library takes them: those of the lake."""

from chalicelib.lake.days import NEARBY as NEARBY
from chalicelib.lake.days import Days as Days
from chalicelib.lake.days import UnknownZone as UnknownZone
from chalicelib.lake.days import zone_of as zone_of

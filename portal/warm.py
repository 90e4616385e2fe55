"""Imported by the fork server after the application: what every worker needs and none changes.

It is read and compiled once, in the time in which the parent opens the database, and the workers
share its memory.
"""

from zoneinfo import ZoneInfo

from portal.web.static import own_files
from portal.web.templates import Templates

own_files()
Templates(site_url="", zone=ZoneInfo("UTC")).load()

"""gunicorn's settings, the same for `grc run` and in production.

The command line adds what differs: the address, and how many processes.
"""

from pathlib import Path

worker_class = "gthread"  # requests wait for the database, not for the processor
workers = 1
threads = 8  # each may verify a password with 64 MB
limit_request_line = 8190  # bytes, gunicorn's most: a long search gets a page of ours
timeout = 60
graceful_timeout = 30
control_socket_disable = True  # its default path is shared by every gunicorn of the user
loglevel = "warning"
if Path("/dev/shm").is_dir():  # noqa: S108 - heartbeats of the processes, never on a slow disk
    worker_tmp_dir = "/dev/shm"  # noqa: S108

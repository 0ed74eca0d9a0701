"""The WSGI entry point: `gunicorn wsgi:app`."""

from config import from_env
from grc.app import create_app

app = create_app(from_env())

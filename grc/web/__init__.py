"""The back-office: thin views. `install` is called once by the factory."""

from flask import Flask


def install(app: Flask) -> None:
    """Register what the browser sees."""
    app.template_folder = "templates"

"""The blueprint of cases, apart so that its modules can share it."""

from flask import Blueprint

bp = Blueprint("cases", __name__, url_prefix="/demandes")

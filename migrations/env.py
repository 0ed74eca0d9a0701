"""Alembic environment: the URL comes from the caller, the tables from the models."""

import os

from alembic import context
from sqlalchemy import create_engine, pool

import grc.app
import grc.recovery.models
import grc.slips.models
import grc.training.models  # noqa: F401
from grc.core.db import Base

config = context.config


def run() -> None:
    """Run the migrations on the database named by the caller or by GRC_DATABASE_URL."""
    url = config.attributes.get("url") or os.environ["GRC_DATABASE_URL"]
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()

"""Spark's answers, by a Python that has pyspark: reads lakes and questions as JSON from stdin, and writes rows as JSON to a file.

It imports nothing of ours.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

from pyspark.sql import SparkSession

OPTIONS = {
    "spark.sql.session.timeZone": "UTC",
    # As Trino does: a wrong cast fails and is not NULL.
    "spark.sql.ansi.enabled": "true",
    # dt is a text.
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
    # A few thousand rows: more parts, and code that is compiled for each question, cost more than they bring.
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.ui.enabled": "false",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.ui.showConsoleProgress": "false",
}
KEY = re.compile(r'\["([^"]*)"\]|\.([A-Za-z_][A-Za-z0-9_]*)')


def main() -> None:
    asked = json.load(sys.stdin)
    os.environ["TZ"] = "UTC"
    time.tzset()
    builder = SparkSession.builder.master("local[2]")
    for name, value in OPTIONS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    for function in (json_scalar, lower_letters, upper_letters):
        spark.udf.register(function.__name__, function, "string")
    answers = {lake: answered(spark, **given) for lake, given in asked.items()}
    Path(sys.argv[1]).write_text(json.dumps(answers))
    spark.stop()


def answered(spark: SparkSession, folder: str, quiet: str, questions: dict[str, list]) -> dict[str, object]:
    """Each question's columns and rows, or the error's text; `quiet` is the day that the second tenant has."""
    spark.read.parquet(folder).createOrReplaceTempView("events")
    spark.table("events").cache()
    spark.sql(f"SELECT * FROM events WHERE dt = '{quiet}'").createOrReplaceTempView("quiet")
    made: set[str] = set()
    answers = {name: answer(spark, made, *question) for name, question in questions.items()}
    for view in made:  # the same text for another lake is another relation
        spark.catalog.dropTempView(view)
    spark.catalog.clearCache()
    return answers


def answer(spark: SparkSession, made: set[str], relations: dict[str, str], select: str) -> object:
    began = time.monotonic()
    try:
        for name, sql in relations.items():
            if name not in made:
                spark.sql(sql).cache().createOrReplaceTempView(name)
                made.add(name)
        found = spark.sql(select)
        rows = [[plain(value) for value in row] for row in found.collect()]
    except Exception as error:  # of whatever kind, it is this question's answer
        return {"error": str(error)[:2000]}
    return {"rows": [found.columns, *rows], "seconds": round(time.monotonic() - began, 1)}


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value


def json_scalar(text: str | None, path: str | None) -> str | None:
    """What the keys of the path lead to, as it is written; NULL for an object, a list, and null."""
    if text is None or path is None:
        return None
    value = json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=first_of_each)
    for quoted, bare in KEY.findall(path):
        value = value.get(quoted or bare) if isinstance(value, dict) else None
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else None


def first_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return dict(reversed(pairs))


def lower_letters(text: str | None) -> str | None:
    return text and "".join(one.lower()[0] for one in text)


def upper_letters(text: str | None) -> str | None:
    return text and "".join(one.upper() if len(one.upper()) == 1 else one for one in text)


if __name__ == "__main__":
    main()

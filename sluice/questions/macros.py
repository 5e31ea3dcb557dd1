"""DuckDB's part of the one dialect: macros that give Trino's answer where DuckDB's own functions do not."""

from __future__ import annotations

import re

from sqlglot import exp

# For DuckDB's connection. What has types in its brackets is chosen by them; java.net.URI is what Trino reads addresses with.
_MACROS = r"""
every(b) AS bool_and(b);
map_agg(k, v) AS map_from_entries(list(struct_pack(k := k, v := v)));
athena_uri(u) AS CASE WHEN NOT regexp_matches(u, '[\x00-\x20"<>\\^`{|}\x7f]|%(?:[^0-9A-Fa-f]|.[^0-9A-Fa-f]|.?$)') THEN u END;
url_extract_host(u) AS nullif(regexp_extract(athena_uri(u), '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#]+)', 1), '');
url_extract_path(u) AS
    url_decode(regexp_extract(athena_uri(u), '^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?([^?#]*)', 1));
url_extract_parameter(u, k) AS substr(regexp_extract_all(url_decode(regexp_extract(athena_uri(u), '^[^?#]*[?]([^#]*)', 1)),
    '(?:^|&)' || regexp_escape(k) || '((?:=[^&]*)?)(?:&|$)', 1)[1], 2);
athena_regexp_extract(t, p) AS regexp_extract_all(t, p)[1], (t, p, g) AS regexp_extract_all(t, p, g)[1];
athena_divide(a BIGINT, b BIGINT) AS a // b, (a HUGEINT, b HUGEINT) AS a // b, (a DOUBLE, b DOUBLE) AS a / b;
athena_date_trunc(u, t DATE) AS CAST(date_trunc(u, t) AS DATE), (u, t TIMESTAMP) AS date_trunc(u, t),
    (u, t TIMESTAMPTZ) AS date_trunc(u, t);
athena_add(t DATE, i) AS CAST(t + i AS DATE), (t TIMESTAMP, i) AS t + i, (t TIMESTAMPTZ, i) AS t + i;
athena_sequence(a BIGINT, b BIGINT) AS generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END),
    (a DATE, b DATE, s INTERVAL) AS list_transform(generate_series(a, b, s), lambda d: CAST(d AS DATE)),
    (a DATE, b DATE) AS list_transform(generate_series(a, b, INTERVAL 1 DAY), lambda d: CAST(d AS DATE));
athena_box(a, b) AS struct_pack(a := a, b := b), (a, b, c) AS struct_pack(a := a, b := b, c := c);
athena_split_part(t, d, n) AS CASE WHEN n < 1 THEN error('split_part counts from 1') ELSE string_split(t, d)[n] END;
athena_substr(t, s) AS CASE WHEN s = 0 OR -s > length(t) THEN '' ELSE substring(t, s) END,
    (t, s, n) AS CASE WHEN s = 0 OR n <= 0 OR -s > length(t) THEN '' ELSE substring(t, s, n) END;
athena_trim(t) AS regexp_replace(t, '^[\s\x0b]+|[\s\x0b]+$', '', 'g');
-- What Athena writes $["a"]["b"] is $."a"."b" to DuckDB.
athena_json_path(p) AS replace(replace(p, '["', '."'), '"]', '"');
-- NULL for a text that is not JSON, an object and a list. json_type costs as much again, and is called only if needed.
athena_json_scalar(j, p) AS CASE WHEN substr(TRY(j ->> p), 1, 1) IN ('{', '[')
    AND json_type(j, p) IN ('OBJECT', 'ARRAY') THEN NULL ELSE TRY(j ->> p) END;
-- DuckDB rounds halves to the even number, and reads '5.5' and '1_000' as integers.
athena_integer(a, strict) AS CASE WHEN typeof(a) IN ('DOUBLE', 'FLOAT') OR typeof(a) LIKE 'DECIMAL%'
    THEN CASE WHEN strict THEN CAST(round(CAST(a AS DOUBLE)) AS HUGEINT) ELSE TRY_CAST(round(CAST(a AS DOUBLE)) AS HUGEINT) END
    WHEN typeof(a) <> 'VARCHAR' OR regexp_full_match(CAST(a AS VARCHAR), '[+-]?[0-9]+')
    THEN CASE WHEN strict THEN CAST(a AS HUGEINT) ELSE TRY_CAST(a AS HUGEINT) END
    WHEN strict AND a IS NOT NULL THEN error(a || ' is not a whole number') END;
athena_double(a, strict) AS CASE WHEN typeof(a) <> 'VARCHAR' OR regexp_full_match(CAST(a AS VARCHAR),
    '\s*[+-]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?\s*')
    THEN CASE WHEN strict THEN CAST(a AS DOUBLE) ELSE TRY_CAST(a AS DOUBLE) END
    WHEN strict AND a IS NOT NULL THEN error(a || ' is not a number') END;
athena_text(a) AS CASE WHEN typeof(a) IN ('DOUBLE', 'FLOAT') OR typeof(a) LIKE 'TIMESTAMP%'
    THEN error('as a text Athena writes a ' || typeof(a) || ' otherwise: keep it, or write date_format')
    ELSE CAST(a AS VARCHAR) END;
"""
MACROS = tuple(
    f"CREATE MACRO {macro}" for macro in re.sub(r"(?m)^--.*\n", "", _MACROS).strip().rstrip(";").split(";\n")
)

# The macro, or DuckDB's own function, that replaces a node: its name, and the node's parts in its order.
MACRO_OF: dict[type[exp.Expr], tuple[str, tuple[str, ...]]] = {
    exp.DateDiff: ("date_sub", ("unit", "expression", "this")),  # whole units elapsed, not boundaries crossed
    exp.GenerateSeries: ("athena_sequence", ("start", "end", "step")),
    exp.RegexpExtract: ("athena_regexp_extract", ("this", "expression", "group")),
    exp.SplitPart: ("athena_split_part", ("this", "delimiter", "part_index")),
    exp.Substring: ("athena_substr", ("this", "start", "length")),
    exp.DateTrunc: ("athena_date_trunc", ("unit", "this")),
    exp.TimestampTrunc: ("athena_date_trunc", ("unit", "this")),
    exp.Trim: ("athena_trim", ("this",)),
}
# Functions that sqlglot has no type for, and that the macros bring.
NAMED = {"every", "map_agg", "url_extract_host", "url_extract_parameter", "url_extract_path"}

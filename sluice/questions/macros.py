"""DuckDB's part of the one dialect: macros that give Trino's answer where DuckDB's own functions do not."""

from __future__ import annotations

import re

from sqlglot import exp

# java.net.URI, with which Trino reads addresses, as patterns of RE2. First what one character may be: of a query or a
# fragment, of a path, of the first part of a path without a scheme, of a user, and the first one after a scheme.
_ODD = r'\x00-\x20"#%<>\\^`{|}\x7f-\x{9f}\p{Z}'
_ANY, _PART, _FIRST, _USER, _OPAQUE = (
    rf"(?:[^{_ODD}{but}]|%[0-9A-Fa-f][0-9A-Fa-f])" for but in ("", r"/?\[\]", r"/?\[\]:", r"/?\[\]@", "/")
)
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*:"
_PATH = rf"(?:{_PART}|/)*"
_FRAGMENT = rf"(?:#{_ANY}*)?"
_SIX = rf"(?:{_PART}*@)?\[[0-9A-Fa-f]*:[0-9A-Fa-f:.]+(?:%[A-Za-z0-9_.]+)?\](?::[0-9]{{0,9}})?"
_URI = (
    rf"(?:(?:{_SCHEME})?(?://(?:{_PART}+|{_SIX})(?:/{_PATH})?|///{_PATH}|/(?:{_PART}{_PATH})?)|(?:{_FIRST}+(?:/{_PATH})?)?)"
    rf"(?:\?{_ANY}*)?{_FRAGMENT}|(?:{_SCHEME})?//(?:\?{_ANY}*{_FRAGMENT}|#{_ANY}*)|{_SCHEME}{_OPAQUE}{_ANY}*{_FRAGMENT}"
)
_LABEL, _LAST = (f"[A-Za-z{digits}](?:[A-Za-z0-9-]*[A-Za-z0-9])?" for digits in ("0-9", ""))
_BYTE = "0*(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_HOST = (
    rf"^(?:{_SCHEME})?//(?:{_USER}*@)?({_LABEL}\.?|(?:{_LABEL}\.)+{_LAST}\.?|{_BYTE}(?:\.{_BYTE}){{3}}|\[[^\]]*\])"
    r"(?::[0-9]{0,9})?(?:[/?#]|\z)"
)
_MACROS = r"""
every(b) AS bool_and(b);
map_agg(k, v) AS map_from_entries(list(struct_pack(k := k, v := v)));
athena_uri(u) AS CASE WHEN regexp_full_match(u, '<URI>') THEN u END;
-- Octets that are not UTF-8 are U+FFFD to Java, and an error to DuckDB.
athena_decoded(t) AS coalesce(TRY(url_decode(t)), url_decode(regexp_replace(t, '%[89A-Fa-f][0-9A-Fa-f]', chr(65533), 'g')));
url_extract_host(u) AS regexp_extract(athena_uri(u), '<HOST>', 1);
url_extract_path(u) AS CASE WHEN regexp_matches(athena_uri(u), '^<SCHEME>[^/]') THEN ''
    ELSE athena_decoded(regexp_extract(athena_uri(u), '^(?:<SCHEME>)?(?://[^/?#]*)?([^?#]*)', 1)) END;
url_extract_parameter(u, k) AS CASE WHEN NOT regexp_matches(k, '[=&]') AND NOT regexp_matches(u, '^<SCHEME>[^/]')
    THEN athena_decoded(replace(substr(regexp_extract_all(regexp_extract_all(athena_uri(u), '^[^?#]*[?]([^#]*)', 1)[1],
    '(?:^|&)' || regexp_escape(k) || '((?:=[^&]*)?)(?:&|$)', 1)[1], 2), '+', ' ')) END;
athena_regexp_extract(t, p) AS regexp_extract_all(t, p)[1], (t, p, g) AS regexp_extract_all(t, p, g)[1];
athena_divide(a BIGINT, b BIGINT) AS a // b, (a HUGEINT, b HUGEINT) AS a // b, (a DOUBLE, b DOUBLE) AS a / b;
athena_date_trunc(u, t DATE) AS CAST(date_trunc(u, t) AS DATE), (u, t TIMESTAMP) AS date_trunc(u, t),
    (u, t TIMESTAMPTZ) AS date_trunc(u, t);
athena_add(t DATE, i) AS CAST(t + i AS DATE), (t TIMESTAMP, i) AS t + i, (t TIMESTAMPTZ, i) AS t + i;
athena_sequence(a BIGINT, b BIGINT) AS generate_series(a, b, CASE WHEN a <= b THEN 1 ELSE -1 END),
    (a DATE, b DATE, s INTERVAL) AS list_transform(generate_series(a, b, s), lambda d: CAST(d AS DATE)),
    (a DATE, b DATE) AS list_transform(generate_series(a, b, INTERVAL 1 DAY), lambda d: CAST(d AS DATE));
athena_box(a, b) AS struct_pack(a := a, b := b), (a, b, c) AS struct_pack(a := a, b := b, c := c);
athena_split(t, d) AS CASE WHEN d = '' THEN error('split needs a delimiter') WHEN d IS NOT NULL THEN string_split(t, d) END;
athena_split_part(t, d, n) AS CASE WHEN n < 1 THEN error('split_part counts from 1')
    WHEN d IS NOT NULL THEN string_split(t, d)[n] END;
athena_array_join(a, d) AS CASE WHEN a IS NOT NULL AND d IS NOT NULL THEN coalesce(array_to_string(a, d), '') END,
    (a, d, n) AS array_to_string(list_transform(a, lambda x: coalesce(CAST(x AS VARCHAR), n)), d);
athena_substr(t, s) AS CASE WHEN t IS NOT NULL AND (s = 0 OR -s > length(t)) THEN '' ELSE substring(t, s) END,
    (t, s, n) AS CASE WHEN t IS NOT NULL AND s IS NOT NULL AND n IS NOT NULL AND (s = 0 OR n <= 0 OR -s > length(t)) THEN ''
    ELSE substring(t, s, n) END;
-- What Java calls white space: not the spaces that do not break a line.
athena_bare(a) AS regexp_replace(CAST(a AS VARCHAR), '^[\x00-\x20]+|[\x00-\x20]+$', '', 'g');
athena_trim(t) AS regexp_replace(t, '^[<SPACE>]+|[<SPACE>]+$', '', 'g');
-- Java has no capital of ß.
athena_upper(t) AS CASE WHEN contains(t, 'ß') THEN array_to_string(list_transform(string_split(t, 'ß'), lambda x: upper(x)), 'ß')
    ELSE upper(t) END;
-- A moment has milliseconds on Athena.
athena_from_unixtime(s) AS make_timestamptz(CAST(floor(s * 1e3 + 0.5) AS BIGINT) * 1000);
athena_moment(t) AS CASE WHEN regexp_full_match(t, '<DAY>(?:T<TIME>)?')
    THEN CAST(regexp_replace(t, '([.][0-9]{3})[0-9]+', '\1') AS TIMESTAMPTZ)
    WHEN t IS NOT NULL THEN error(t || ' is not a moment: write it like 2026-11-09T10:00:00.000Z') END;
athena_day(t) AS CASE WHEN regexp_full_match(t, '<DAY>') THEN CAST(t AS DATE)
    WHEN t IS NOT NULL THEN error(t || ' is not a day: write it like 2026-11-09') END;
-- What Athena writes $["a"]["b"] is $."a"."b" to DuckDB.
athena_json_path(p) AS replace(replace(p, '["', '."'), '"]', '"');
-- NULL for a text that is not JSON, an object and a list. json_type costs as much again, and is called only if needed.
athena_json_scalar(j, p) AS CASE WHEN substr(TRY(j ->> p), 1, 1) IN ('{', '[')
    AND json_type(j, p) IN ('OBJECT', 'ARRAY') THEN NULL ELSE TRY(j ->> p) END;
-- Texts as Java reads them, after its trim(). DuckDB rounds halves to the even number, and reads '5.5' and '1_000' as integers.
athena_integer(a, strict) AS CASE WHEN typeof(a) IN ('DOUBLE', 'FLOAT') OR typeof(a) LIKE 'DECIMAL%'
    THEN CASE WHEN strict THEN CAST(round(CAST(a AS DOUBLE)) AS HUGEINT) ELSE TRY_CAST(round(CAST(a AS DOUBLE)) AS HUGEINT) END
    WHEN typeof(a) <> 'VARCHAR' OR regexp_full_match(CAST(a AS VARCHAR), '[\x00-\x20]*[+-]?[0-9]+[\x00-\x20]*')
    THEN CASE WHEN strict THEN CAST(athena_bare(a) AS HUGEINT) ELSE TRY_CAST(athena_bare(a) AS HUGEINT) END
    WHEN strict AND a IS NOT NULL THEN error(a || ' is not a whole number') END;
athena_hexadecimal(s, i, f, e) AS CAST(s || '1' AS DOUBLE) * CAST('0x0' || i || f AS HUGEINT)
    * pow(2, CAST(e AS INTEGER) - 4 * length(f));
athena_double(a, strict) AS CASE WHEN typeof(a) <> 'VARCHAR' OR regexp_full_match(CAST(a AS VARCHAR),
    '[\x00-\x20]*[+-]?(?:NaN|Infinity|(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?)[\x00-\x20]*')
    THEN CASE WHEN strict THEN CAST(rtrim(athena_bare(a), 'dDfF') AS DOUBLE)
    ELSE TRY_CAST(rtrim(athena_bare(a), 'dDfF') AS DOUBLE) END
    WHEN regexp_full_match(CAST(a AS VARCHAR), '[\x00-\x20]*<HEX>[\x00-\x20]*')
    AND NOT regexp_matches(CAST(a AS VARCHAR), '[xX][.]?[pP]') THEN athena_hexadecimal(
    regexp_extract(CAST(a AS VARCHAR), '<HEX>', 1), regexp_extract(CAST(a AS VARCHAR), '<HEX>', 2),
    regexp_extract(CAST(a AS VARCHAR), '<HEX>', 3), regexp_extract(CAST(a AS VARCHAR), '<HEX>', 4))
    WHEN strict AND a IS NOT NULL THEN error(a || ' is not a number') END;
athena_date(a, strict) AS CASE WHEN typeof(a) <> 'VARCHAR'
    OR regexp_full_match(athena_trim(CAST(a AS VARCHAR)), '[0-9]+-[0-9]{1,2}-[0-9]{1,2}')
    THEN CASE WHEN strict THEN CAST(a AS DATE) ELSE TRY_CAST(a AS DATE) END
    WHEN strict AND a IS NOT NULL THEN error(a || ' is not a day') END;
athena_text(a) AS CASE WHEN typeof(a) IN ('DOUBLE', 'FLOAT') OR typeof(a) LIKE 'TIMESTAMP%'
    THEN error('as a text Athena writes a ' || typeof(a) || ' otherwise: keep it, or write date_format')
    ELSE CAST(a AS VARCHAR) END;
"""
_PATTERNS = {
    **{"<URI>": _URI, "<HOST>": _HOST, "<SCHEME>": _SCHEME, "<DAY>": "[0-9]{4}-[0-9]{2}-[0-9]{2}"},
    "<TIME>": "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?",
    "<SPACE>": r"\t-\r\x1c-\x20\x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}",
    "<HEX>": r"([+-]?)0[xX]([0-9A-Fa-f]*)[.]?([0-9A-Fa-f]*)[pP]([+-]?[0-9]+)[dDfF]?",
}
_WRITTEN = re.sub("<[A-Z]+>", lambda found: _PATTERNS[found[0]], re.sub(r"(?m)^--.*\n", "", _MACROS))
MACROS = tuple(f"CREATE MACRO {macro}" for macro in _WRITTEN.strip().rstrip(";").split(";\n"))

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
    exp.Upper: ("athena_upper", ("this",)),
    exp.Split: ("athena_split", ("this", "expression")),
    exp.ArrayToString: ("athena_array_join", ("this", "expression", "null")),
    exp.ArgMin: ("arg_min_null", ("this", "expression")),  # arg_min leaves out rows whose first argument is NULL
    exp.ArgMax: ("arg_max_null", ("this", "expression")),
    exp.UnixToTime: ("athena_from_unixtime", ("this",)),
    exp.FromISO8601Date: ("athena_day", ("this",)),
}
# Functions that sqlglot has no type for, and that the macros bring.
NAMED = {"every", "map_agg", "url_extract_host", "url_extract_parameter", "url_extract_path"}

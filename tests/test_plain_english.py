"""Code, messages and documents are in plain English: words and phrases that we do not use are in no tracked text file."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.paths import ROOT

# What to write instead: message or say, fix, next to, is, anyone, estimate, again.
WORDS = "told tells mend mends mended mending beside stands lies whoever reckon reckons reckoned reckoning anew"
PHRASES = (
    r"by hand of",
    r"of one'?s[ _]own",
    r"such as",  # before an example: write "for example" or "like"
    # "X is no Y"; write "X is not a Y". "There is no Y" and "is no longer" are fine.
    r"(?<!there[ _])(?:is|are)[ _]no[ _](?!longer\b|more\b)[a-z]+",
)
RETIRED = re.compile(rf"(?<![A-Za-z])(?:{'|'.join(WORDS.split())}|{'|'.join(PHRASES)})(?![A-Za-z])", re.IGNORECASE)
# A sentence that opens with "Of", after a mark of a comment, a quote or the end of another sentence.
OPENING = re.compile(r"(?:^[\s#*|>\"'(/-]*|[.:!?] )Of [a-z]", re.MULTILINE)
# Locks and other people's data are not ours to write; this file has the words themselves.
NOT_OURS = re.compile(
    r"^(?:tests/test_plain_english\.py|LICENSE|.*\.(?:png|ico|mmdb|gz|parquet|lock)"
    r"|(?:.*/)?package-lock\.json|requirements(?:/.*)?\.txt|.*/world\.json|.*/tracking/static/.*)$"
)


def found(text: str) -> list[str]:
    return [match[0].strip() for pattern in (RETIRED, OPENING) for match in pattern.finditer(text)]


def test_no_text_of_the_project_has_a_retired_word() -> None:
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    texts = {
        name: (ROOT / name).read_text(errors="replace")
        for name in files
        if (ROOT / name).is_file() and not NOT_OURS.match(name)
    }

    assert len(texts) > 300
    assert {name: words for name, text in texts.items() if (words := found(text))} == {}


@pytest.mark.parametrize(
    "text",
    [
        *(
            "# Names the variable and the mend.",
            "whoever asks",
            "it LIES there",
            "a bucket such as shop-x",
            "of one's own",
        ),
        *('"""Of each module its name."""', "It works. Of these one is ours.", "X is no store", "They are no files"),
    ],
)
def test_a_retired_word_is_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "There is no such bucket.",
        "It is no longer there.",
        "recommended",
        "one of these",
        "OfSite",
        "is nothing",
        "this nod",
    ],
)
def test_plain_words_are_not_found(text: str) -> None:
    assert found(text) == []

"""The dashboard's pages, one a file: each has a TITLE, an ICON (a Material name) and `show(data, scope)`.

A page asks by `data.ask(scope, "name-of-a-question", …)`, in functions that draw one figure each: `@parts.figure` shows what
cannot be answered in that figure's place, and the rest of the page is drawn.
"""

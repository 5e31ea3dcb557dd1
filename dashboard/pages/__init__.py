"""The dashboard's pages, one a file: each has a TITLE, an ICON (a Material name) and `show(data, scope)`.

A page asks by `data.ask(scope, "name-of-a-question", …)`; what cannot be answered is raised and told around the page, or by
`parts.telling()` around a panel.
"""

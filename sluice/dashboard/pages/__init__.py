"""The pages. Each has a TITLE, an ICON and `show(data, scope)`."""

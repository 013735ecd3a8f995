"""Build the site again without doing again what nothing has changed.

MkDocs renders every page at every build. This plugin keeps, of each page, the HTML of
its Markdown and the whole page that the theme made of it, and gives MkDocs what it kept
where everything that went into it is the same. What it has not kept is made by all
processors at once. It changes no byte: without it the same site is built, slower.
"""

"""Build the site faster: reuse pages that didn't change, and use all processors.

MkDocs renders every page in every build. This plugin caches the HTML of each page's
Markdown and the finished page, and returns them to MkDocs while everything that they
are made of stays the same. It renders the other pages in parallel. Without the plugin
the build is slower, but its output is the same.
"""

"""Let mkdocs-jupyter find our template: it has no option for one.

Jupyter looks for `mkdocs_html/notebook.html.j2` in the folders of JUPYTER_PATH first.
"""

import os
from pathlib import Path

os.environ["JUPYTER_PATH"] = str(Path(__file__).with_name("jupyter"))

"""The explorer: a widget for option market sentiment in JupyterLab, Notebook 7, VS Code, Voilà and HTML files.

The page computes and draws (`js/`, bundled in `static/`); Python loads. `state` holds the choices, `content` what is
sent to the page, `status` and `copy_code` describe it in words and in code; these are pure. `data` loads, `worker` runs
loads outside the kernel's main thread, `model` has the traits that Python and the page share, `shown` what is on the
screen, `widget` connects them, and `html_file` writes a page that needs no Python.

May import `analysis`, `loading`, `sources`, `storage`, `plotting`, `core`, `config`, `_util` and `errors`.
"""

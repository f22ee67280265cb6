"""The explorer: a widget for option market sentiment in JupyterLab, Notebook 7, VS Code and Voilà.

`state` holds the choices, `plot_data` computes what they show, `figure` describes it for plotly, `status` and
`copy_code` describe it in words and in code; these are pure. `data` loads, `worker` runs loads and redraws outside the
kernel's main thread, `controls`, `chart`, `table` and `page` are the widgets, and `widget` connects them.

May import `analysis`, `loading`, `sources`, `storage`, `plotting`, `core`, `config`, `_util` and `errors`.
"""

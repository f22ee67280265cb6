"""The explorer: a widget on option market sentiment, in JupyterLab, Notebook 7, VS Code and Voilà.

`state` says what can be chosen, `content` computes it, `figure` describes it for plotly, `status` and `code` put it
into words; all of these are pure. `worker` runs loads beside the kernel, `controls` are the widgets, `page` is what
happens in the browser, and `widget` joins them.
"""

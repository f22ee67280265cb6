"""Notebooks in a real Chromium, on real JupyterLab, Notebook 7 and Voilà servers on loopback."""

"""What a user sees: notebooks in a real Chromium, on real JupyterLab, Notebook 7 and Voilà servers on loopback."""

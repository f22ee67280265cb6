"""The report: what ``df.optstat`` finds about a series and its prices, as one HTML file.

`findings` holds the tables, `sections` says them in words, numbers and pictures, `document` writes the page.
"""

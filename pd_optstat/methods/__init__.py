"""The methods of ``df.optstat`` by what they are about; `pd_optstat.accessor` puts them together."""

"""The database of a market place of many shops, with the nine tables that Olist published (Brazil, 2016-2018).

The rows are made up, by the published columns and their habits; Olist's own files fit as well.
"""

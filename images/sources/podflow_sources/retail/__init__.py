"""A retail chain as its API knows it: customers and products as they are on a day, and the sales of that day.

Everything follows from a seed and a date. Nothing is kept, and no clock is read: the same question has one answer.
"""

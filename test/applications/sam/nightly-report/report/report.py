def totals(amounts):
    return sum(amounts)

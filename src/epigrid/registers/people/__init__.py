"""(card)"""

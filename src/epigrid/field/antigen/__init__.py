"""Antigen: self-test kits given to households, and what people say they read on them. A reading is no diagnosis and makes no case.

Words: kit, antigen result, balance. Says: KitsIssued, AntigenNegatives, AntigenPositive, AntigenInvalids.
Needs: people, places. Hears nothing: what follows a positive stands in `playbooks/antigen.py`.
"""

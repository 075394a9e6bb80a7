"""Access: accounts, who acts at a door, slip codes of residents, broken glass.

Words: account, second factor, slip code, glass (a time-limited read grant).
Says: AccountMade, GlassBroken, GlassReviewed, SlipCodeMade. Needs: organisation (duties), store. What an account may do is in the organisation register.
"""

"""Access: accounts, who acts at a door, slip codes of residents, broken glass, phones.

Words: account, second factor, slip code, glass (a time-limited read grant), phone (a device bound to an account until its end), card (its code on paper).
Says: AccountMade, GlassBroken, GlassReviewed, PhoneInvited, PhoneBound, PhoneRevoked, PhoneLimitRaised, SlipCodeMade. Needs: organisation (duties), workforce
(shifts), store. What an account may do is in the organisation register; helpers and their duties come in by one act of this one.
"""

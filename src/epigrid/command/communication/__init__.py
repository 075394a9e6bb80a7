"""Communication: inbox of duties, private messages to people, receipts. Messages carry a key and plain values, never an identity.

Words: message, receipt, channel. Says: MessagesSent, MessageRead. Needs: people, organisation.
Nothing leaves an exercise tree: outbound adapters refuse it.
"""

"""Accounts are made by the administrator's command, never by signing up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class ClosedAccounts(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up."""

    def is_open_for_signup(self, request: Any) -> bool:
        """Closed."""
        return False

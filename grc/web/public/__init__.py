"""The pages open to everybody: what can be asked, one form per type, and the follow-up page.

No account, no cookie, no script. Nothing here is told apart by who is signed in, so a forged
form could do nothing that its author could not do himself: these forms have no CSRF token.
"""

from grc.web.public import catalogue, follow_up, refusals
from grc.web.public.blueprint import bp, install

__all__ = ["bp", "catalogue", "follow_up", "install", "refusals"]

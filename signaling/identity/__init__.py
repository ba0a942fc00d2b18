"""Who somebody is, and for how long that is believed. Cookies; OpenID Connect will join here."""

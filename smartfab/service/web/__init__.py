"""The web page: server-rendered, bilingual, usable on a phone, by keyboard, and without JavaScript."""

import jwt
import pytest

from bot.channels.web.tokens import LIFETIME, InvalidToken, new_session, read, sign

SECRET = "s" * 32


def test_token_carries_the_session_that_the_server_made() -> None:
    session = new_session()
    assert read(sign(session, SECRET), SECRET) == session
    assert session.sender == f"web:{session.id}" and len(session.id) >= 22


@pytest.mark.parametrize("spoilt", ["", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzaWQiOiJ4IiwiZXhwIjo5OTk5OTk5OTk5fQ."])
def test_forged_token_is_refused(spoilt: str) -> None:
    with pytest.raises(InvalidToken):
        read(spoilt, SECRET)


def test_token_of_another_secret_and_expired_token_are_refused() -> None:
    session = new_session()
    with pytest.raises(InvalidToken):
        read(sign(session, "x" * 32), SECRET)
    with pytest.raises(InvalidToken, match="expired"):
        read(sign(new_session(lambda: 1_000_000_000 - LIFETIME), SECRET), SECRET)


def test_token_without_a_session_is_refused() -> None:
    with pytest.raises(InvalidToken):
        read(jwt.encode({"exp": 9_999_999_999}, SECRET, algorithm="HS256"), SECRET)

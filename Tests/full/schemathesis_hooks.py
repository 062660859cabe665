"""What Schemathesis has to know beyond the description."""

import schemathesis
from email_validator import EmailNotValidError, validate_email
from hypothesis import strategies as st


def comes_back_as_email(address):
    """Whether the reference accepts an address and answers with one that is still an "email" of JSON Schema.

    It refuses reserved domains, which that allows, and shows punycode (xn--…) as Unicode, which that does not allow. The
    description has to say "email" all the same, because the reference's does.
    """
    try:
        return validate_email(address, check_deliverability=False).normalized.isascii()
    except EmailNotValidError:
        return False


schemathesis.openapi.format("email", st.emails().filter(comes_back_as_email))


@schemathesis.check
def valid_data_is_refused_only_for_a_taken_address(ctx, response, case):
    """The one reason for a 400 where the request is what the description asks for."""
    if response.status_code == 400 and case.meta.generation.mode.is_positive:
        detail = response.json()["detail"]
        assert detail == "Email already exists", f"valid data was refused: {detail}"

"""What Schemathesis has to know beyond the description."""

import schemathesis
from email_validator import EmailNotValidError, validate_email
from hypothesis import strategies as st


def reference_takes(address):
    """Whether the reference accepts it: "email" in JSON Schema is any mailbox, those of reserved domains too."""
    try:
        validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


schemathesis.openapi.format("email", st.emails().filter(reference_takes))


@schemathesis.check
def valid_data_is_refused_only_for_a_taken_address(ctx, response, case):
    """The one reason for a 400 where the request is what the description asks for."""
    if response.status_code == 400 and case.meta.generation.mode.is_positive:
        detail = response.json()["detail"]
        assert detail == "Email already exists", f"valid data was refused: {detail}"

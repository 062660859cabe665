"""Uses a client that openapi-python-client has made from the description.

    PYTHONPATH=WHERE_IT_IS check_client.py http://127.0.0.1:8080 [KEY]

It creates, lists, reads, replaces, updates and deletes users, and gets every error as the model that is documented.
"""

import datetime
import sys
import time

from roster_client import AuthenticatedClient, Client
from roster_client.api.default import (
    create_user_users_post,
    delete_user_users_user_id_delete,
    read_user_users_user_id_get,
    read_users_users_get,
    replace_user_users_user_id_put,
    update_user_users_user_id_patch,
)
from roster_client.models import HTTPError, HTTPValidationError, UserCreate, UserOut, UserUpdate


def expect(answer, status, model):
    """The answer's parsed body, which has to be of that type."""
    assert (answer.status_code, type(answer.parsed)) == (status, model), answer
    return answer.parsed


class Users:
    """The generated functions, each with its client and the whole answer."""

    def __init__(self, base, key=None):
        self.client = AuthenticatedClient(base_url=base, token=key) if key else Client(base_url=base)

    def create(self, email, name):
        return create_user_users_post.sync_detailed(client=self.client, body=UserCreate(email=email, name=name))

    def list(self, **page):
        return read_users_users_get.sync_detailed(client=self.client, **page)

    def read(self, number):
        return read_user_users_user_id_get.sync_detailed(number, client=self.client)

    def replace(self, number, email, name):
        body = UserCreate(email=email, name=name)
        return replace_user_users_user_id_put.sync_detailed(number, client=self.client, body=body)

    def update(self, number, **fields):
        return update_user_users_user_id_patch.sync_detailed(
            number, client=self.client, body=UserUpdate(**fields)
        )

    def delete(self, number):
        return delete_user_users_user_id_delete.sync_detailed(number, client=self.client)


def address(name):
    return f"{name}-{time.time_ns()}@example.com"


def check_life(users):
    """One user from its beginning to its end."""
    email = address("client")
    created = expect(users.create(email, "Zoë"), 200, UserOut)
    assert (created.email, created.name) == (email, "Zoë"), created
    age = datetime.datetime.now(datetime.timezone.utc) - created.created_at
    assert abs(age) < datetime.timedelta(minutes=1), created.created_at

    assert created in expect(users.list(limit=1_000_000), 200, list)
    assert expect(users.list(skip=1_000_000, limit=10), 200, list) == []
    assert expect(users.read(created.id), 200, UserOut) == created

    replaced = expect(users.replace(created.id, address("replaced"), "Zo"), 200, UserOut)
    assert (replaced.id, replaced.name, replaced.created_at) == (created.id, "Zo", created.created_at), replaced
    updated = expect(users.update(created.id, name="Z"), 200, UserOut)
    assert (updated.email, updated.name) == (replaced.email, "Z"), updated

    assert users.delete(created.id).status_code == 204
    check_absence(users, created.id)


def check_absence(users, number):
    """404, whatever one wants of it."""
    for answer in [
        users.read(number),
        users.replace(number, address("nobody"), "nobody"),
        users.update(number, name="nobody"),
        users.delete(number),
    ]:
        assert expect(answer, 404, HTTPError).detail == "User not found", answer


def check_refusals(users):
    """400 and 422."""
    first = expect(users.create(address("first"), "first"), 200, UserOut)
    second = expect(users.create(address("second"), "second"), 200, UserOut)
    for answer in [
        users.create(first.email, "third"),
        users.replace(second.id, first.email, "second"),
        users.update(second.id, email=first.email),
    ]:
        assert expect(answer, 400, HTTPError).detail == "Email already exists", answer

    (error,) = expect(users.create("nobody", "nobody"), 422, HTTPValidationError).detail
    assert (error.type_, error.loc) == ("value_error", ["body", "email"]), error
    assert error.ctx.additional_properties == {"reason": "An email address must have an @-sign."}, error.ctx
    for answer in [users.list(skip=-1), users.read(2**31), users.update(first.id, email=""), users.delete(-(2**31) - 1)]:
        expect(answer, 422, HTTPValidationError)
    for user in (first, second):
        assert users.delete(user.id).status_code == 204


def check_strangers(users):
    """401, whatever one wants."""
    for answer in [users.read(1), users.list(), users.create("nobody", "nobody"), users.delete(2**31)]:
        assert expect(answer, 401, HTTPError).detail == "Invalid authentication credentials", answer


def main():
    base, *key = sys.argv[1:]
    if key:
        check_strangers(Users(base, "another"))
    users = Users(base, *key)
    check_life(users)
    check_refusals(users)


main()

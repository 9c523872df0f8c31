"""Staff sign in, choose a post and sign out; everyone can ask who the API takes them to be."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from huiyin.city.models import Account
from huiyin.core.values import Refusal, Text
from huiyin.web import people, tokens
from huiyin.web.api import auth
from huiyin.web.api.problems import Problem, sign_in, slow_down
from huiyin.web.api.schemas import MeOut, SignInIn, StaffTokenOut

router = Router(tags=["sign-in"])
_EXAMPLE = {
    "requestBody": {
        "content": {
            "application/json": {"example": {"username": "dispatcher", "password": "…", "post": "governance_centre.210102001/dispatcher"}}
        }
    }
}


@router.post(
    "/tokens",
    response={201: StaffTokenOut},
    operation_id="signIn",
    summary="Sign in as staff, in one post",
    openapi_extra=_EXAMPLE,
)
def create_token(request: HttpRequest, body: SignInIn) -> Status[dict[str, Any]]:
    """Give a token for an account in one post.

    An account with several posts must say which; the answer to a request without one lists them (409, `posts`).
    After five wrong passwords each further try must wait twice as long, a quarter of an hour at most.
    """
    found = tokens.check_password(body.username, body.password)
    if isinstance(found, tokens.Wait):
        raise slow_down(found.seconds)
    if found is None:
        raise Problem(401, "wrong_password", Text("用户名或者密码不对。", "The name or the password is wrong."))
    seat = _choose(people.seats_of(found), body.post)
    token = tokens.for_staff(found, seat.id)
    return Status(201, {"token": token.text, "ends": token.ends, "post": _seat(seat)})


@router.delete("/tokens", response={204: None}, operation_id="signOut", summary="Take back the token of this request")
def delete_token(request: HttpRequest) -> Status[None]:
    """End the token this request carries, of staff or of a party, at once and everywhere."""
    text = auth.token_of(request)
    if text is None or not tokens.take_back(text):
        raise sign_in()
    return Status(204, None)


@router.get("/me", response=MeOut, operation_id="whoAmI", summary="Who the API takes the caller to be")
def me(request: HttpRequest) -> dict[str, Any]:
    """Tell the kind of caller, the post acted in and the posts that could be chosen."""
    principal = auth.asker(request)
    if principal.kind == "staff":
        account = Account.objects.get(pk=principal.id)
        seats = people.seats_of(account)
        current = next((seat for seat in seats if (seat.unit, seat.post) == (principal.unit, principal.post)), None)
        return {
            "kind": "staff",
            "name": account.name,
            "post": None if current is None else _seat(current),
            "posts": [_seat(seat) for seat in seats],
        }
    text = auth.token_of(request)
    followed = None if text is None else tokens.matter_of(text)
    home, _, matter = (principal.matter or "").partition("/")
    return {"kind": principal.kind, "home": home or None, "matter": matter or None, "reference": None if followed is None else followed[2]}


def _choose(seats: tuple[people.Seat, ...], wanted: str | None) -> people.Seat:
    if not seats:
        raise Problem(403, "no_post", Text("您现在没有岗位，请找管理员。", "You hold no post now; ask the administrator."))
    if wanted is None and len(seats) == 1:
        return seats[0]
    text = Text("请选一个岗位登录。", "Choose the post to act in.")
    if wanted is None:
        raise Problem(409, "choose_post", text, extra={"posts": [_seat(seat) for seat in seats]})
    for seat in seats:
        if seat.id == wanted:
            return seat
    problem = Text("您没有这个岗位。", "You do not hold that post.")
    raise Problem(422, "post", problem, errors=[Refusal("post", problem, field="post")], extra={"posts": [_seat(seat) for seat in seats]})


def _seat(seat: people.Seat) -> dict[str, Any]:
    return {
        "id": seat.id,
        "unit": seat.unit,
        "unit_name": seat.unit_name.to_plain(),
        "post": seat.post,
        "post_name": seat.post_name.to_plain(),
        "stands_in_for": seat.stands_in_for,
    }

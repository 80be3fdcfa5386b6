"""Nothing on a tape identifies anybody, and what is told apart before is told apart after."""

from __future__ import annotations

import json

import pytest

from ibtui.transport.masking import Masker

SESSION = "cd613e30d8f16adf91b7584a2265b1f5"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('{"topic":"spl","args":{"DU1234567.Core":{"dpl":1}}}', '{"topic":"spl","args":{"DU0000001.Core":{"dpl":1}}}'),
        ("/portfolio/DU1234567/positions/0", "/portfolio/DU0000001/positions/0"),
        ("ssd+U7654321+{}", "ssd+U0000001+{}"),
        ('{"text":"Order of\\nU7654321 filled"}', '{"text":"Order of\\nU0000001 filled"}'),
        ('{"text":"of\\u0020DF765432 filled"}', '{"text":"of\\u0020DF000001 filled"}'),
    ],
)
def test_account_ids_keep_their_look_wherever_they_stand(text: str, masked: str) -> None:
    assert Masker().mask(text) == masked


def test_the_same_account_has_the_same_stand_in_for_the_whole_recording() -> None:
    masker = Masker()
    first = masker.mask('{"accounts":["DU1234567","DU7654321"]}')
    assert json.loads(first) == {"accounts": ["DU0000001", "DU0000002"]}
    assert masker.mask("/iserver/account/DU7654321/orders") == "/iserver/account/DU0000002/orders"
    assert masker.mask("xDU7654321y") == "xDU0000002y"


@pytest.mark.parametrize(
    "text",
    [
        '{"isin":"US0378331005","conid":265598,"order_ref":"ibtui-20261120-ABCDEFG"}',
        '{"execution_id":"00025b46.63f8e1b0.01.01","order_id":"1370093239"}',
        '{"topic":"smd+265598","31":"271.67","_updated":1777552110061}',
        '{"success":true}',
        '{"error":"reply id not found: \'07a13a5a-4a48-44a5-bb25-5ab37b79186c\'"}',
    ],
)
def test_what_is_no_secret_is_left_alone(text: str) -> None:
    assert Masker().mask(text) == text


def test_sessions_are_told_apart_but_not_told() -> None:
    masker = Masker()
    answer = {"session": SESSION, "userId": 1234567, "iserver": {"MAC": "98:F2:B3:23:BF:A0"}}
    tickle = json.loads(masker.mask(json.dumps(answer)))
    tic = json.loads(masker.mask(f'{{"topic":"tic","alive":true,"id":"{SESSION}"}}'))
    renewed = json.loads(masker.mask('{"session":"0ff0613e30d8f16adf91b7584a2265b1"}'))
    assert SESSION not in str(tickle)
    assert "98:F2" not in str(tickle)
    assert tickle["userId"] != 1234567
    assert tic["id"] == tickle["session"] != renewed["session"]


def test_a_user_s_name_is_hidden_under_its_key_and_in_every_sentence_after() -> None:
    masker = Masker()
    assert json.loads(masker.mask('{"topic":"system","success":"jrtrader","isPaper":true}'))["success"] == "user1"
    assert masker.mask('{"message":"Welcome jrtrader"}') == '{"message":"Welcome user1"}'


@pytest.mark.parametrize(
    "secret",
    [
        "john.smith@example.com",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln",
        "3f786850e387550fdab8",
        "wKgKhwXp2mUGVQq7SVxLHwXaBno=",
        "98:F2:B3:23:BF:A0",
        "Ab3dEf6hIj9kLm2nOp5qRs8tUv1wXy4z",
    ],
)
def test_what_looks_like_a_secret_is_hidden_whatever_it_is_called(secret: str) -> None:
    masked = Masker().mask(f'{{"remark":"see {secret} there"}}')
    assert secret not in masked
    assert json.loads(masked)["remark"].startswith("see ")


@pytest.mark.parametrize(
    "text",
    ['{"a":"{\\"session\\":\\"hunter2h\\"}"}', "wss://h/ws?oauth_token=hunter2h&x=1", "api=hunter2h; p=1"],
)
def test_secrets_inside_texts_and_addresses_are_hidden(text: str) -> None:
    assert "hunter2" not in Masker().mask(text)


def test_names_and_aliases_of_persons_are_hidden() -> None:
    masked = Masker().mask('{"accountTitle":"John Smith","aliases":{"U7654321":"My pension","U1":"U7654321"}}')
    assert json.loads(masked) == {"accountTitle": "name 1", "aliases": {"U0000001": "name 2", "U1": "U0000001"}}

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from ibtui.commands.dashboard import ladder_of
from ibtui.config import GROUPINGS, LADDER_COLUMNS, AlertSettings, Config, load
from ibtui.errors import ConfigError
from ibtui.ui.ladder import axis
from ibtui.ui.ladder.columns import Column
from ibtui.ui.ladder.options import Bracket, LadderOptions


def read(
    file: Path, text: str = "", environment: dict[str, str] | None = None, flags: dict[str, object] | None = None
) -> Config:
    file.write_text(text)
    return load(file, required=True, environment=environment or {}, flags=flags or {})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    config = load(tmp_path / "none.toml", required=False, environment={}, flags={})
    assert config.base_url == "https://localhost:5000/v1/api"
    assert not config.read_only


def test_a_file_that_was_named_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml does not exist"):
        load(tmp_path / "none.toml", required=True, environment={}, flags={})


def test_flags_win_over_the_environment_and_that_over_the_file(file: Path) -> None:
    text = 'theme = "file"\naccount = "file"\nbase_url = "file"'
    environment = {"IBTUI_THEME": "environment", "IBTUI_ACCOUNT": "environment"}
    config = read(file, text, environment, {"theme": "flag", "account": None})
    assert (config.theme, config.account, config.base_url) == ("flag", "environment", "file")


def test_an_unknown_key_names_file_key_and_nearest(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: unknown key “acount”; did you mean “account”"):
        read(file, 'acount = "U1"')


def test_an_unknown_key_in_a_table_names_the_table(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"\[limits\]: unknown key “max_quantiy”; did you mean “max_quantity”"):
        read(file, "[limits]\nmax_quantiy = 5")


def test_a_value_of_the_wrong_type_names_its_key(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"sim\.port"):
        read(file, '[sim]\nport = "fivethousand"')


def test_a_wrong_environment_variable_is_named(file: Path) -> None:
    with pytest.raises(ConfigError, match="IBTUI_SIM_PORT"):
        read(file, environment={"IBTUI_SIM_PORT": "x"})


def test_environment_variables_reach_tables(file: Path) -> None:
    config = read(file, environment={"IBTUI_LIMITS_MAX_QUANTITY": "250", "IBTUI_READ_ONLY": "true"})
    assert config.limits.max_quantity == Decimal(250)
    assert config.read_only


def test_a_file_that_is_not_toml_says_where(file: Path) -> None:
    with pytest.raises(ConfigError, match="line 2"):
        read(file, "theme = 'a'\naccount = oops\n")


@pytest.mark.parametrize(
    "text",
    [
        "frame_rate = 0",
        "[ladder]\npresets = [0]",
        "[sim]\nspeed = -1",
        "[limits]\nmax_quantity = -1",
        "[limits]\norders_per_minute = -1",
        "[limits]\ncollar_percent = '-5'",
        "[limits]\nmax_notional = 'NaN'",
    ],
)
def test_a_value_out_of_range_is_refused(file: Path, text: str) -> None:
    with pytest.raises(ConfigError):
        read(file, text)


def test_an_order_type_that_is_none_is_named_with_the_right_ones(file: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"config\.toml: limits\.order_types: “LMTS” is no order type; .*LMT, MKT, STP"
    ):
        read(file, '[limits]\norder_types = ["MKT", "LMTS"]')


def test_orders_without_market_data_and_floods_are_refused_unless_the_file_says_otherwise(file: Path) -> None:
    limits = read(file).limits
    assert (limits.without_market_data, limits.orders_per_minute, limits.order_types) == (False, 30, [])
    limits = read(file, "[limits]\nwithout_market_data = true\norders_per_minute = 0").limits
    assert (limits.without_market_data, limits.orders_per_minute) == (True, 0)
    assert read(file, environment={"IBTUI_LIMITS_ORDERS_PER_MINUTE": "5"}).limits.orders_per_minute == 5


def test_each_alert_can_be_switched_off(file: Path) -> None:
    text = "[alerts]\nfill_sound = false\nunknown_flash = false"
    alerts = read(file, text, {"IBTUI_ALERTS_REJECTION_SOUND": "false"}).alerts
    assert alerts == AlertSettings(fill_sound=False, rejection_sound=False, unknown_flash=False)
    assert read(file).alerts == AlertSettings(True, True, True, True, True, True)


def test_the_ladder_is_set_up_by_its_table(file: Path) -> None:
    text = """
    [ladder]
    columns = ["price", "asks"]
    collar_ticks = 4
    idle_seconds = 30
    recentre = "last"
    follows = true
    grouping = 5
    [[ladder.brackets]]
    name = "run"
    stop_ticks = 8
    trailing = true
    """
    assert ladder_of(read(file, text).ladder) == LadderOptions(
        ("price", "asks"), (Bracket("run", None, 8, trailing=True),), 4, 30.0, "last", follows=True, grouping=5
    )


def test_without_a_table_the_ladder_has_two_bracket_templates(file: Path) -> None:
    options = ladder_of(read(file).ladder)
    assert [bracket.words for bracket in options.brackets] == ["tight +10/−5", "wide +40/−20"]
    assert replace(options, brackets=()) == LadderOptions()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('columns = ["asks"]', "needs its “price”"),
        ('columns = ["price", "prise"]', "“prise” is no column; did you mean “price”"),
        ('columns = ["price", "price"]', "“price” stands there twice"),
        ('recentre = "middle"', "it is one of mid, last"),
        ("grouping = 3", "it is one of 1, 2, 5, 10"),
        ("collar_ticks = -1", "between 0 and 1000"),
        ("idle_seconds = 0", "between 1 and 3600"),
        ("idle_seconds = nan", "between 1 and 3600"),
        ('[[ladder.brackets]]\nname = "none"', "“none” needs target_ticks or stop_ticks"),
        ('[[ladder.brackets]]\nname = "a"\ntarget_ticks = -2', "above 0"),
        ('[[ladder.brackets]]\nname = " "\nstop_ticks = 2', "must be a name"),
        ('[[ladder.brackets]]\nname = "a"\ntarget_ticks = 2\ntrailing = true', "is trailing and has no stop_ticks"),
        (
            '[[ladder.brackets]]\nname = "a"\nstopticks = 2',
            "[[brackets]]: unknown key “stopticks”; did you mean",
        ),
        ('[[ladder.brackets]]\nname = "a"\nstop_ticks = "x"', "stop_ticks"),
    ],
)
def test_a_ladder_that_cannot_be_is_refused_with_the_reason(file: Path, text: str, words: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(words)):
        read(file, f"[ladder]\n{text}")


def test_the_columns_and_groupings_of_the_configuration_are_those_of_the_ladder() -> None:
    assert set(LADDER_COLUMNS) == {column.value for column in Column}
    assert GROUPINGS == axis.GROUPINGS


def test_single_settings_of_the_ladder_are_variables_too(file: Path) -> None:
    environment = {"IBTUI_LADDER_COLLAR_TICKS": "3", "IBTUI_LADDER_FOLLOWS": "true", "IBTUI_LADDER_IDLE_SECONDS": "15"}
    ladder = read(file, environment=environment).ladder
    assert (ladder.collar_ticks, ladder.follows, ladder.idle_seconds) == (3, True, 15.0)


def test_the_configuration_that_the_readme_shows_can_be_loaded(file: Path) -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    text = readme.split("```toml\n")[1].split("```")[0]
    config = read(file, text)
    assert ladder_of(config.ladder) == ladder_of(Config().ladder)
    assert config.account == "U1234567"

from __future__ import annotations

import pytest

from signaling.config import BadSetting, Settings, load, split
from video_advice.people import Role
from video_advice.policy import DEFAULT


def settings(**given: str) -> Settings:
    return load({f"VIDEO_ADVICE_{name.upper()}": value for name, value in given.items()})


def refused(**given: str) -> str:
    with pytest.raises(BadSetting) as error:
        settings(**given)
    return str(error.value)


def test_nothing_set_gives_what_make_run_needs() -> None:
    assert load({}) == Settings()
    assert load({"PATH": "/bin", "VIDEO": "1"}) == Settings()


def test_each_setting_is_read_from_its_variable() -> None:
    read = settings(port="9000", demo="true", ice_policy="relay", lease="5")
    assert (read.port, read.demo, read.ice_policy, read.lease) == (9000, True, "relay", 5)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({"data_dir": "/srv/data"}, "sqlite:////srv/data/video-advice.sqlite"),
        ({"data_dir": "here"}, "sqlite:///here/video-advice.sqlite"),
        ({"data_dir": "here", "database_url": "sqlite:///there"}, "sqlite:///there"),
    ],
)
def test_the_records_lie_in_the_directory_for_data(given: dict[str, str], url: str) -> None:
    assert settings(**given).database_url == url


def test_an_unknown_variable_is_named() -> None:
    assert "VIDEO_ADVICE_PROT" in refused(prot="80")
    assert "docs/configuration.md" in refused(prot="80")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "80800"),
        ("port", "eighty"),
        ("demo", "perhaps"),
        ("lease", "0"),
        ("offer", "-1"),
        ("ice_policy", "none"),
        ("log_level", "loud"),
        ("photo_processes", "0"),
        ("nurse_hours", "25"),
        ("database_url", "mysql://host/name"),
        ("database_url", "sqlite://"),
        ("redis_url", "http://127.0.0.1"),
        ("redis_url", "redis+sentinel://127.0.0.1"),
        ("redis_url", "redis+sentinel:///name"),
        ("redis_url", "redis+cluster://"),
        ("redis_url", "unix+cluster://h"),
        ("redis_url", "redis+other://h"),
    ],
)
def test_a_value_that_cannot_be_used_is_named_and_not_repeated(name: str, value: str) -> None:
    told = refused(**{name: value})
    assert f"VIDEO_ADVICE_{name.upper()}" in told
    assert value not in told.replace("sqlite:///file", "").split()


@pytest.mark.parametrize(
    "url",
    [
        "redis://h",
        "rediss://u:p@h:1/2?ssl_cert_reqs=none",
        "unix:///run/redis.sock",
        "redis+sentinel://a,b:1,c/name/0",
        "rediss+cluster://u:p@a,b",
    ],
)
def test_redis_is_one_server_or_several(url: str) -> None:
    assert settings(redis_url=url).redis_url == url


def test_no_secret_is_ever_repeated() -> None:
    secret = "hemligt-4711"
    for name in ("database_url", "redis_url", "port"):
        assert secret not in refused(**{name: f"x://u:{secret}@h/n"})
    assert secret not in repr(settings(turn_secret=secret))


def test_settings_that_need_each_other_say_so() -> None:
    assert "VIDEO_ADVICE_TLS_KEY" in refused(tls_cert="cert.pem")
    assert "VIDEO_ADVICE_TLS_CERT" in refused(tls_key="key.pem")
    assert "VIDEO_ADVICE_TURN_SECRET" in refused(turn_urls="turn:h:3478")


SECRET = "0123456789abcdef"


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"echo_port": "3480"}, "ECHO_SECRET"),
        ({"echo_url": "http://127.0.0.1:3480"}, "ECHO_SECRET"),
        ({"echo_port": "3480", "echo_secret": "too-short"}, "ECHO_SECRET"),
        ({"echo_url": "127.0.0.1:3480", "echo_secret": SECRET}, "ECHO_URL"),
        ({"echo_url": "ftp://127.0.0.1", "echo_secret": SECRET}, "ECHO_URL"),
        ({"echo_port": "3480", "echo_secret": SECRET, "echo_host": "0.0.0.0"}, "ECHO_HOST"),
        ({"echo_port": "3480", "echo_secret": SECRET, "echo_host": "::"}, "ECHO_HOST"),
    ],
)
def test_the_echo_is_private_or_refused(given: dict[str, str], named: str) -> None:
    message = refused(**given)
    assert named in message
    assert SECRET not in message


def test_a_private_echo_is_taken_and_in_demo_mode_any() -> None:
    assert settings(echo_port="3480", echo_secret=SECRET, echo_host="10.0.0.9").echo_port == 3480
    assert settings(echo_port="3480", echo_secret=SECRET, echo_host="0.0.0.0", demo="true").demo


@pytest.mark.parametrize(
    "origin",
    ["https://a.example/", "https://a.example/x", "a.example", "ftp://a.example", "*", "null"],
)
def test_an_origin_is_a_scheme_a_host_and_a_port(origin: str) -> None:
    assert "ORIGINS" in refused(origins=origin)


def test_a_page_may_come_from_the_address_itself_and_from_those_named() -> None:
    read = settings(public_url="https://a.example/", origins=" https://b.example:8443 ,")
    assert read.allowed_origins == {"https://a.example", "https://b.example:8443"}
    assert read.secure
    assert settings(host="h", port="81").allowed_origins == {"http://h:81"}
    assert not settings().secure
    assert settings(tls_cert="c", tls_key="k").secure


def test_the_times_of_a_life_are_set_in_seconds() -> None:
    policy = settings(
        waiting_grace="9", offer="8", lease="5", nurse_grace="7", patient_grace="6"
    ).policy
    assert (policy.waiting_grace, policy.offer) == (9_000, 8_000)
    assert (policy.nurse_grace, policy.patient_grace) == (7_000, 6_000)
    assert settings().policy == DEFAULT


def test_a_nurse_signs_in_again_sooner_than_a_patient() -> None:
    read = settings(nurse_hours="1", patient_hours="2")
    assert read.session_seconds(Role.NURSE) == 3600
    assert read.session_seconds(Role.PATIENT) == 7200


def test_a_list_is_written_with_commas() -> None:
    assert split(" a, b ,,c ") == ("a", "b", "c")
    assert split("") == ()

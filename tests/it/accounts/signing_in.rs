//! Sessions, locks and the second factor.

use motcua::accounts::change_password::{self, ChangeError};
use motcua::accounts::limits::{self, LimitError};
use motcua::accounts::register::Form;
use motcua::accounts::sessions::{self, AuthError, SessionKind, SignedIn};
use motcua::accounts::sign_in::{Fresh, Outcome, SignIn, SignInError, sign_in};
use motcua::accounts::totp::{self, Use};
use motcua::accounts::{tokens, verify};
use motcua::kernel::{Actor, Timestamp};

use super::{PASSWORD, Town, an, noon, request};

async fn fresh(town: &Town, request: SignIn, now: Timestamp) -> Fresh {
    match town.signs_in(request, now).await {
        Outcome::SignedIn(fresh) => *fresh,
        other => panic!("{other:?}"),
    }
}

async fn who(town: &Town, token: &str, now: Timestamp) -> Result<SignedIn, AuthError> {
    let claims = tokens::verify(&town.keys, token, now).unwrap();
    town.t.db.read(move |conn| sessions::authenticate(conn, &claims, now)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_known_until_it_is_revoked() {
    let town = Town::new();
    let account = town.citizen(&an(), noon()).await;
    let begun = fresh(&town, request("046090000011", PASSWORD), noon()).await;
    let signed_in = who(&town, &begun.token, noon()).await.unwrap();
    let citizen = Actor::Citizen { account: account.id, name: "Nguyễn Văn An".into(), identity_level: 1 };
    assert_eq!(signed_in.actor, citizen);
    assert!(!signed_in.wants_touch && signed_in.first_steps.is_none());
    let (id, session) = (account.id, begun.session);
    let listed = town.t.db.read(move |conn| sessions::list(conn, id, noon())).await.unwrap();
    assert_eq!(listed.iter().map(|s| s.id).collect::<Vec<_>>(), [session]);
    assert!(town.write(move |tx| sessions::revoke(tx, id, session, noon())).await);
    assert!(matches!(who(&town, &begun.token, noon()).await, Err(AuthError::Ended)));
    assert!(!town.write(move |tx| sessions::revoke(tx, id, session, noon())).await, "once");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_slide_and_bearer_tokens_do_not() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    let pages = fresh(&town, request("046090000011", PASSWORD), noon()).await;
    let api = SignIn { through: SessionKind::Api, ..request("046090000011", PASSWORD) };
    let api = fresh(&town, api, noon()).await;
    assert_eq!(api.token_expires_at, noon().plus_minutes(8 * 60));
    let hours = |n: i64| noon().plus_minutes(60 * n);
    let signed_in = who(&town, &pages.token, hours(11)).await.unwrap();
    assert!(signed_in.wants_touch);
    let until = town.write(move |tx| sessions::touch(tx, &signed_in, hours(11))).await;
    assert_eq!(until, hours(23));
    assert!(who(&town, &pages.token, hours(22)).await.is_ok());
    assert!(matches!(who(&town, &pages.token, hours(23)).await, Err(AuthError::Ended)));
    assert!(tokens::verify(&town.keys, &api.token, hours(8)).is_err());
    // A cookie's token is no bearer token.
    let mut claims = tokens::verify(&town.keys, &api.token, noon()).unwrap();
    claims.kind = SessionKind::Pages;
    let refused = town.t.db.read(move |conn| sessions::authenticate(conn, &claims, noon())).await;
    assert!(matches!(refused, Err(AuthError::Ended)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_locks_for_a_growing_time_and_opens_again() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    for _ in 0..5 {
        assert!(matches!(town.signs_in(request("046090000011", "sai bét cả rồi"), noon()).await, Outcome::Wrong));
    }
    let locked = town.signs_in(request("0912000011", PASSWORD), noon().plus_seconds(29)).await;
    assert!(matches!(locked, Outcome::Locked { until } if until == noon().plus_seconds(30)), "{locked:?}");
    let later = noon().plus_seconds(30);
    assert!(matches!(town.signs_in(request("046090000011", "sai bét cả rồi"), later).await, Outcome::Wrong));
    let locked = town.signs_in(request("046090000011", PASSWORD), later.plus_seconds(59)).await;
    assert!(matches!(locked, Outcome::Locked { .. }), "{locked:?}");
    fresh(&town, request("046090000011", PASSWORD), later.plus_seconds(60)).await;
    // Success wipes the slate: one more mistake locks nothing.
    let after = later.plus_seconds(61);
    town.signs_in(request("046090000011", "sai bét cả rồi"), after).await;
    fresh(&town, request("046090000011", PASSWORD), after).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_number_locks_just_the_same() {
    let town = Town::new();
    for _ in 0..5 {
        assert!(matches!(town.signs_in(request("046090000099", PASSWORD), noon()).await, Outcome::Wrong));
    }
    let locked = town.signs_in(request("046090000099", PASSWORD), noon().plus_seconds(29)).await;
    assert!(matches!(locked, Outcome::Locked { until } if until == noon().plus_seconds(30)), "{locked:?}");
    let again = town.signs_in(request("046090000099", PASSWORD), noon().plus_seconds(30)).await;
    assert!(matches!(again, Outcome::Wrong), "{again:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_can_fail_for_many_but_not_for_hundreds() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    for n in 0..100 {
        town.signs_in(request(&format!("0460900001{n:02}"), "x"), noon()).await;
    }
    let refused = sign_in(&town.means(noon()), &request("046090000011", PASSWORD)).await;
    assert!(matches!(refused, Err(SignInError::TooMany(wait)) if wait.as_secs() == 3600), "{refused:?}");
    let elsewhere = SignIn { ip: Some("10.0.0.2".into()), ..request("046090000011", PASSWORD) };
    fresh(&town, elsewhere, noon()).await;
    fresh(&town, request("046090000011", PASSWORD), noon().plus_minutes(60)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_browser_is_told_to_the_owner_once() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    assert!(!fresh(&town, request("046090000011", PASSWORD), noon()).await.new_device, "the first one is not news");
    let phone = || SignIn { user_agent: Some("Chrome on Android".into()), ..request("046090000011", PASSWORD) };
    assert!(fresh(&town, phone(), noon()).await.new_device);
    assert!(!fresh(&town, phone(), noon()).await.new_device);
    let told = town.sent_to("an@demo.invalid").await;
    assert_eq!(told.iter().filter(|(event, _)| event == "new_device").count(), 1, "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_the_other_sessions() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    let mine = fresh(&town, request("046090000011", PASSWORD), noon()).await;
    let other = fresh(&town, request("046090000011", PASSWORD), noon()).await;
    let me = who(&town, &mine.token, noon()).await.unwrap();
    let change = |present: &'static str, new: &'static str| {
        let (town, me) = (&town, &me);
        async move { change_password::change(&town.means(noon()), me, present, new).await }
    };
    assert!(matches!(change("sai bét cả rồi", "mười hai con giáp").await, Err(ChangeError::Wrong)));
    assert!(matches!(change(PASSWORD, "0912000011x").await, Err(ChangeError::Weak(_))));
    assert!(matches!(change(PASSWORD, PASSWORD).await, Err(ChangeError::Same)));
    change(PASSWORD, "mười hai con giáp").await.unwrap();
    assert!(who(&town, &mine.token, noon()).await.is_ok());
    assert!(matches!(who(&town, &other.token, noon()).await, Err(AuthError::Ended)));
    fresh(&town, request("046090000011", "mười hai con giáp"), noon()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_counted_in_windows() {
    let town = Town::new();
    let minute = jiff::SignedDuration::from_mins(1);
    let hit = |key: &'static str, now: Timestamp| {
        let db = town.t.db.clone();
        async move { db.write(move |tx| limits::hit(tx, key, minute, 2, now)).await }
    };
    let ten_past = noon().plus_seconds(10);
    hit("tracking:1", ten_past).await.unwrap();
    hit("tracking:1", ten_past).await.unwrap();
    let third = hit("tracking:1", ten_past).await;
    assert!(matches!(third, Err(LimitError::RetryAfter(wait)) if wait.as_secs() == 50), "{third:?}");
    hit("tracking:2", ten_past).await.unwrap();
    hit("tracking:1", noon().plus_seconds(60)).await.unwrap();
    let swept = town.write(move |tx| sessions::purge(tx, noon().plus_days(3))).await;
    assert_eq!(swept, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_do_at_the_same_moment_happens_once() {
    let town = Town::new();
    let account = town.citizen(&an(), noon()).await;
    let id = account.id;
    let spend = || town.t.db.write(move |tx| totp::spend(tx, id, Use::Signing, 42));
    let (a, b, c) = tokio::join!(spend(), spend(), spend());
    assert_eq!([a, b, c].into_iter().filter(|spent| *spent.as_ref().unwrap()).count(), 1);
    // Two phones, one number.
    let (mine, other) = (super::binh(), Form { phone: "0987654321".into(), ..super::binh() });
    let now = noon().plus_minutes(5);
    let (one, two) = tokio::join!(town.registers(&mine, now), town.registers(&other, now));
    let (one, two) = (one.unwrap().phone, two.unwrap().phone);
    let codes = (town.code_for(&one).await.unwrap(), town.code_for(&two).await.unwrap());
    let (one, two) = tokio::join!(town.verifies(&one, &codes.0, now), town.verifies(&two, &codes.1, now));
    let opened = [one, two].iter().filter(|outcome| matches!(outcome, verify::Outcome::Opened(_))).count();
    assert_eq!(opened, 1);
    // A burst of requests sends one code.
    let form = Form { number: "046090000077".into(), phone: "0912000077".into(), ..an() };
    let (a, b, c) = tokio::join!(town.registers(&form, now), town.registers(&form, now), town.registers(&form, now));
    assert_eq!([a, b, c].iter().filter(|asked| asked.is_ok()).count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_at_the_same_moment_all_count() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    let wrong = || town.signs_in(request("046090000011", "sai bét cả rồi"), noon());
    tokio::join!(wrong(), wrong(), wrong(), wrong(), wrong());
    let locked = town.signs_in(request("046090000011", PASSWORD), noon()).await;
    assert!(matches!(locked, Outcome::Locked { .. }), "{locked:?}");
}

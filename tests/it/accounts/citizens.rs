//! Opening an account, taking one over, forgetting a password, moving to another phone.

use motcua::accounts::account::AccountKind;
use motcua::accounts::change_contact::{self, Begin, Confirm};
use motcua::accounts::claim::{self, Claim};
use motcua::accounts::open_at_counter::{self, OpenAtCounter, OpenError};
use motcua::accounts::register::{Form, RegisterError};
use motcua::accounts::reset_password::{self, Finish};
use motcua::accounts::sign_in::Outcome;
use motcua::accounts::verify;
use motcua::accounts::{Party, PartyKind, Place, people, sessions};
use motcua::kernel::{AccountId, Actor};

use super::{PASSWORD, Town, an, binh, hashed, noon, request};

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_registers_verifies_and_signs_in() {
    let town = Town::new();
    let registered = town.registers(&an(), noon()).await.unwrap();
    assert_eq!(registered.phone, "+84912000011");
    assert!(
        matches!(town.signs_in(request("046090000011", PASSWORD), noon()).await, Outcome::Wrong),
        "not before the code"
    );
    let code = town.code_for("+84912000011").await.unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(matches!(town.verifies("+84912000011", wrong, noon()).await, verify::Outcome::Wrong));
    let verify::Outcome::Opened(account) = town.verifies("+84912000011", &code, noon()).await else { panic!() };
    assert_eq!(account.id, registered.account);
    assert_eq!((account.kind, account.identity_level), (AccountKind::Citizen, 1));
    assert_eq!(account.party.open(&town.keys).unwrap().number(), Some("046090000011"));
    assert!(matches!(town.verifies("+84912000011", &code, noon()).await, verify::Outcome::Wrong), "a code works once");
    for identifier in ["046090000011", "0912 000 011", "An@demo.invalid"] {
        let signed_in = town.signs_in(request(identifier, PASSWORD), noon()).await;
        assert!(matches!(signed_in, Outcome::SignedIn(_)), "{identifier}: {signed_in:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_tried_five_times_and_lives_ten_minutes() {
    let town = Town::new();
    town.registers(&an(), noon()).await.unwrap();
    let code = town.code_for("+84912000011").await.unwrap();
    let late = noon().plus_minutes(10);
    assert!(matches!(town.verifies("+84912000011", &code, late).await, verify::Outcome::Wrong), "too late");
    let wrong = if code == "000000" { "000001" } else { "000000" };
    for _ in 0..5 {
        town.verifies("+84912000011", wrong, noon()).await;
    }
    assert!(matches!(town.verifies("+84912000011", &code, noon()).await, verify::Outcome::Wrong), "tried too often");
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_to_one_phone_are_few() {
    let town = Town::new();
    town.registers(&an(), noon()).await.unwrap();
    let again = town.registers(&an(), noon().plus_seconds(59)).await;
    assert!(matches!(again, Err(RegisterError::TooSoon(wait)) if wait.as_secs() == 1), "{again:?}");
    for n in 1..5 {
        town.registers(&an(), noon().plus_minutes(n)).await.unwrap();
    }
    let sixth = town.registers(&an(), noon().plus_minutes(5)).await;
    assert!(matches!(sixth, Err(RegisterError::TooSoon(wait)) if wait.as_secs() == 55 * 60), "{sixth:?}");
    town.registers(&an(), noon().plus_minutes(60)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_a_taken_number_looks_the_same_and_its_owner_is_told() {
    let town = Town::new();
    let owner = town.citizen(&an(), noon()).await;
    let stranger = Form { phone: "0987654321".into(), email: None, ..an() };
    let fresh = town.registers(&stranger, noon()).await.unwrap();
    assert_eq!((fresh.phone.as_str(), fresh.full_name.as_str()), ("+84987654321", "Nguyễn Văn An"));
    assert_ne!(fresh.account, owner.id);
    assert!(town.sent_to("+84987654321").await.is_empty(), "no code opens anything");
    let told = town.sent_to("+84912000011").await;
    assert!(told.iter().any(|(event, _)| event == "account_exists"), "{told:?}");
    // Asking again too soon is refused as for anybody.
    assert!(matches!(town.registers(&stranger, noon()).await, Err(RegisterError::TooSoon(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_of_a_family_share_a_phone() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    let binh_account = town.citizen(&binh(), noon().plus_minutes(2)).await;
    let Outcome::Choose(choices) = town.signs_in(request("0912000011", "cá lội dưới ao"), noon()).await else {
        panic!()
    };
    let names: Vec<&str> = choices.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names, ["N. V. An", "N. T. Bình"]);
    assert!(matches!(town.signs_in(request("0912000011", "sai bét cả rồi"), noon()).await, Outcome::Wrong));
    let chosen = request(&choices[1].id.to_string(), "cá lội dưới ao");
    let Outcome::SignedIn(fresh) = town.signs_in(chosen, noon()).await else { panic!() };
    assert_eq!(fresh.account.id, binh_account.id);
}

fn walk_in(town: &Town) -> OpenAtCounter {
    OpenAtCounter {
        kind: AccountKind::Citizen,
        party: town.party("046095000033"),
        full_name: "Y Ƀlŏ Niê".into(),
        representative: None,
        date_of_birth: Some(jiff::civil::date(1995, 2, 3)),
        sex: None,
        phone: None,
        email: None,
        address: None,
        consented: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_opened_at_a_counter_is_claimed_with_the_code_on_paper() {
    let town = Town::new();
    let cmd = walk_in(&town);
    let account = town.t.db.write(move |tx| open_at_counter::act(tx, &Actor::System, &cmd, noon())).await.unwrap();
    assert!(!account.has_password && account.phone.is_none());
    let id = account.id;
    let log = town.t.db.read(move |conn| motcua::audit::access::about(conn, id, 10)).await.unwrap();
    assert_eq!(log.iter().map(|entry| entry.purpose.as_str()).collect::<Vec<_>>(), ["open_account"]);
    let cmd = walk_in(&town);
    let again = town.t.db.write(move |tx| open_at_counter::act(tx, &Actor::System, &cmd, noon())).await;
    assert!(matches!(again, Err(OpenError::Exists(id)) if id == account.id));
    let refused = OpenAtCounter { consented: false, ..walk_in(&town) };
    let refused = town.t.db.write(move |tx| open_at_counter::act(tx, &Actor::System, &refused, noon())).await;
    assert!(matches!(refused, Err(OpenError::NoConsent)));
    let citizen = Actor::Citizen { account: AccountId::new(), name: "X".into(), identity_level: 2 };
    let cmd = walk_in(&town);
    let refused = town.t.db.write(move |tx| open_at_counter::act(tx, &citizen, &cmd, noon())).await;
    assert!(matches!(refused, Err(OpenError::NotAllowed)));

    let paper = claim::mint(&town.keys, &account).unwrap();
    let (id, stored) = (account.id, paper.clone());
    town.t.db.write(move |tx| claim::issue(tx, &Actor::System, id, &stored, noon())).await.unwrap();
    let later = noon().plus_days(3);
    let owner = Party::parse(PartyKind::PersonalNumber, "046095000033").unwrap();
    let hash = hashed(PASSWORD);
    let claims = |typed: &str| Claim::new(&town.keys, &owner, typed, "+84912000033", None, hash.clone()).unwrap();
    let wrong = claims("aaaa-aaaa-aaaa");
    let outcome = town.t.db.write(move |tx| claim::act(tx, &wrong, later)).await.unwrap();
    assert_eq!(outcome, claim::Outcome::Wrong);
    let right = claims(&paper.text.to_uppercase());
    let outcome = town.t.db.write(move |tx| claim::act(tx, &right, later)).await.unwrap();
    assert_eq!(outcome, claim::Outcome::CodeSent);
    let code = town.code_for("+84912000033").await.unwrap();
    let verify::Outcome::Opened(mine) = town.verifies("+84912000033", &code, later).await else { panic!() };
    assert_eq!((mine.id, mine.phone.as_deref()), (account.id, Some("+84912000033")));
    assert!(matches!(town.signs_in(request("046095000033", PASSWORD), later).await, Outcome::SignedIn(_)));
    let again = claims(&paper.text);
    assert_eq!(town.write(move |tx| Ok(claim::act(tx, &again, later).unwrap())).await, claim::Outcome::Wrong);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_set_anew_and_ends_all_sessions() {
    let town = Town::new();
    let account = town.citizen(&an(), noon()).await;
    town.signs_in(request("046090000011", PASSWORD), noon()).await;
    let now = noon().plus_minutes(5);
    for typed in ["046090000011", "khongcoai@demo.invalid"] {
        let cmd = reset_password::Begin::new(&town.keys, typed).unwrap();
        town.t.db.write(move |tx| reset_password::begin(tx, &cmd, now)).await.unwrap();
    }
    assert!(town.sent_to("khongcoai@demo.invalid").await.is_empty());
    let code = town.code_for("+84912000011").await.unwrap();
    let new = hashed("mười hai con giáp");
    let finish = |code: &str| Finish::new(&town.keys, "046090000011", code, None, new.clone());
    let wrong = finish(if code == "123456" { "654321" } else { "123456" });
    let outcome = town.t.db.write(move |tx| reset_password::finish(tx, &wrong, now)).await.unwrap();
    assert_eq!(outcome, reset_password::Outcome::Wrong);
    let right = finish(&code);
    let outcome = town.t.db.write(move |tx| reset_password::finish(tx, &right, now)).await.unwrap();
    assert_eq!(outcome, reset_password::Outcome::Done(account.id));
    let id = account.id;
    assert!(town.t.db.read(move |conn| sessions::list(conn, id, now)).await.unwrap().is_empty());
    assert!(matches!(town.signs_in(request("046090000011", PASSWORD), now).await, Outcome::Wrong));
    assert!(matches!(town.signs_in(request("046090000011", "mười hai con giáp"), now).await, Outcome::SignedIn(_)));
    let told = town.sent_to("an@demo.invalid").await;
    assert!(told.iter().any(|(event, _)| event == "password_changed"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_phone_resets_the_chosen_account() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    let binh_account = town.citizen(&binh(), noon().plus_minutes(2)).await;
    let now = noon().plus_minutes(5);
    let cmd = reset_password::Begin::new(&town.keys, "0912000011").unwrap();
    town.t.db.write(move |tx| reset_password::begin(tx, &cmd, now)).await.unwrap();
    let code = town.code_for("+84912000011").await.unwrap();
    let new = hashed("mười hai con giáp");
    let finish = |account| Finish::new(&town.keys, "0912000011", &code, account, new.clone());
    let unsaid = finish(None);
    let outcome = town.t.db.write(move |tx| reset_password::finish(tx, &unsaid, now)).await.unwrap();
    let reset_password::Outcome::Choose(choices) = outcome else { panic!("{outcome:?}") };
    assert_eq!(choices.len(), 2);
    let other = finish(Some(AccountId::new()));
    let outcome = town.t.db.write(move |tx| reset_password::finish(tx, &other, now)).await.unwrap();
    assert_eq!(outcome, reset_password::Outcome::Wrong);
    let said = finish(Some(binh_account.id));
    let outcome = town.t.db.write(move |tx| reset_password::finish(tx, &said, now)).await.unwrap();
    assert_eq!(outcome, reset_password::Outcome::Done(binh_account.id));
    assert!(matches!(town.signs_in(request("046090000011", PASSWORD), now).await, Outcome::SignedIn(_)), "An's stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_phone_is_proved_before_it_counts() {
    let town = Town::new();
    let account = town.citizen(&an(), noon()).await;
    let id = account.id;
    let who = Actor::Citizen { account: id, name: "An".into(), identity_level: 1 };
    let place = Place::phone("0987 654 321").unwrap();
    let cmd = Begin::new(&town.keys, id, place.clone()).unwrap();
    let actor = who.clone();
    town.t.db.write(move |tx| change_contact::begin(tx, &actor, &cmd, noon())).await.unwrap();
    let code = town.code_for("+84987654321").await.unwrap();
    // Another account's owner can't use the code.
    let other = Confirm::new(&town.keys, AccountId::new(), place.clone(), &code);
    let actor = who.clone();
    assert!(town.t.db.write(move |tx| change_contact::confirm(tx, &actor, &other, noon())).await.is_err());
    let cmd = Confirm::new(&town.keys, id, place, &code);
    assert!(town.t.db.write(move |tx| change_contact::confirm(tx, &who, &cmd, noon())).await.unwrap());
    let after = town.t.db.read(move |conn| people::by_id(conn, id)).await.unwrap();
    assert_eq!(after.phone.as_deref(), Some("+84987654321"));
    assert_eq!(after.version, account.version + 1);
    let told = town.sent_to("+84912000011").await;
    assert_eq!(told.first().map(|(event, _)| event.as_str()), Some("contact_changed"), "the old phone is told");
}

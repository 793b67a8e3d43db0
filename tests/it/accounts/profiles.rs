//! What people change about themselves, and businesses.

use motcua::accounts::account::AccountKind;
use motcua::accounts::profile::{self, ProfileError, Proved, Update};
use motcua::accounts::register::{self, Form, Register};
use motcua::accounts::sign_in::Outcome;
use motcua::accounts::{Account, Sex, disable, sessions, units, verify};
use motcua::kernel::{Actor, Lang};
use motcua::notifications::Channels;
use serde_json::{Value, json};

use super::{PASSWORD, Town, an, binh, hashed, noon, request};

async fn with_places(town: &Town) {
    let file = "level,code,name,full_name,parent_code\nprovince,46,Huế,Thành phố Huế,\n\
                province,48,Đà Nẵng,Thành phố Đà Nẵng,\ncommune,19900,Phú Bài,Phường Phú Bài,46\n";
    let rows = units::parse_csv(file.as_bytes()).unwrap();
    town.t.db.write(move |tx| units::import(tx, &rows)).await.unwrap();
}

async fn saves(town: &Town, account: &Account, version: i32, address: Option<Value>) -> Result<Account, ProfileError> {
    let who = Actor::Citizen { account: account.id, name: account.full_name.clone(), identity_level: 1 };
    let channels = Channels { sms: false, email: true };
    let cmd = Update { version, address, language: Lang::En, channels, representative: None };
    town.t.db.write(move |tx| profile::act(tx, &who, &cmd, noon())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_is_saved_from_the_newest_form_only_and_with_a_real_address() {
    let town = Town::new();
    with_places(&town).await;
    let account = town.citizen(&an(), noon()).await;
    let home = || Some(json!({"province": "46", "commune": "19900", "detail": "12 đường Minh Họa"}));
    let after = saves(&town, &account, account.version, home()).await.unwrap();
    assert_eq!((after.language, after.channels.sms, after.address), (Lang::En, false, home()));
    assert!(matches!(saves(&town, &account, account.version, None).await, Err(ProfileError::Stale)));
    for wrong in [json!({"province": "48", "commune": "19900"}), json!({"province": "46"}), json!("Huế")] {
        let refused = saves(&town, &account, after.version, Some(wrong)).await;
        assert!(matches!(refused, Err(ProfileError::BadField("/address/commune"))), "{refused:?}");
    }
    let anonymous = Update {
        version: after.version,
        address: None,
        language: Lang::Vi,
        channels: Channels::ALL,
        representative: None,
    };
    let refused = town.t.db.write(move |tx| profile::act(tx, &Actor::Anonymous, &anonymous, noon())).await;
    assert!(matches!(refused, Err(ProfileError::NotSignedIn)));
    let id = account.id;
    town.write(move |tx| profile::set_language(tx, id, Lang::Vi, noon())).await;
    let who = town.t.db.read(move |conn| motcua::accounts::people::by_id(conn, id)).await.unwrap();
    assert_eq!(who.language, Lang::Vi);
}

#[tokio::test(flavor = "multi_thread")]
async fn vneid_raises_the_level_and_corrects_what_was_declared() {
    let town = Town::new();
    let account = town.citizen(&binh(), noon()).await;
    let id = account.id;
    let proved =
        Proved {
            full_name: "Trần Thị Bình".into(), date_of_birth: jiff::civil::date(1992, 8, 21), sex: Sex::Female
        };
    let after = town.t.db.write(move |tx| profile::raise(tx, id, &proved, noon())).await.unwrap();
    assert_eq!((after.identity_level, after.full_name.as_str()), (2, "Trần Thị Bình"));
    assert_eq!(after.date_of_birth, Some(jiff::civil::date(1992, 8, 21)));
    let Outcome::SignedIn(fresh) = town.signs_in(request("046192000022", "cá lội dưới ao"), noon()).await else {
        panic!()
    };
    let claims = motcua::accounts::tokens::verify(&town.keys, &fresh.token, noon()).unwrap();
    let who = town.t.db.read(move |conn| sessions::authenticate(conn, &claims, noon())).await.unwrap();
    assert_eq!(who.actor, Actor::Citizen { account: id, name: "Trần Thị Bình".into(), identity_level: 2 });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_representative_opens_a_business_account() {
    let town = Town::new();
    let form = Form {
        number: "0314409058".into(),
        full_name: "Công ty TNHH Minh Họa".into(),
        date_of_birth: None,
        email: Some("business@demo.invalid".into()),
        representative: Some("Mai Thị Đại Diện".into()),
        ..an()
    };
    let filled = register::check_business(&form).unwrap_or_else(|wrong| panic!("{wrong:?}"));
    let cmd = Register::new(&town.keys, &filled, hashed(PASSWORD)).unwrap();
    let registered = town.t.db.write(move |tx| register::act(tx, &cmd, noon())).await.unwrap();
    let code = town.code_for(&registered.phone).await.unwrap();
    let verify::Outcome::Opened(account) = town.verifies(&registered.phone, &code, noon()).await else { panic!() };
    assert_eq!((account.kind, account.person_name()), (AccountKind::Business, "Mai Thị Đại Diện"));
    for identifier in ["0314409058", "business@demo.invalid"] {
        let signed_in = town.signs_in(request(identifier, PASSWORD), noon()).await;
        assert!(matches!(signed_in, Outcome::SignedIn(_)), "{identifier}: {signed_in:?}");
    }
    // A citizen is no officer: nobody resets them to a one-time password.
    let (id, hash) = (account.id, hashed("một lần rồi thôi"));
    let refused = town.t.db.write(move |tx| disable::begin_anew(tx, &Actor::System, id, &hash, noon())).await;
    assert!(matches!(refused, Err(disable::AdminError::NotAllowed)));
}

//! Officers: first steps, the second factor, rights and whom they must not serve.

use motcua::accounts::account::AccountKind;
use motcua::accounts::agencies::{self, Agency, Kind, Level, SaveError};
use motcua::accounts::assign::{self, Assign, AssignError};
use motcua::accounts::change_password;
use motcua::accounts::create_officer::{self, CreateOfficer, CreateOfficerError};
use motcua::accounts::rights::{self, Sight};
use motcua::accounts::sessions::{self, FirstSteps, SignedIn};
use motcua::accounts::sign_in::{Fresh, Outcome, SignIn};
use motcua::accounts::totp::{self, Confirm, ConfirmError, Use};
use motcua::accounts::{Account, disable, people, relatives, tokens};
use motcua::kernel::{Actor, AgencyId, Role, Timestamp};

use super::{PASSWORD, TOTP, Town, an, hashed, machine, noon, request};

fn agency(code: &str, name: &str, parent: Option<AgencyId>) -> Agency {
    Agency {
        id: AgencyId::new(),
        code: code.into(),
        name: name.into(),
        centre_name: None,
        kind: Kind::PeoplesCommittee,
        level: Level::Commune,
        parent,
        province_code: Some("46".into()),
        commune_code: None,
        place_name: "Phú Bài".into(),
        address: None,
        phone: None,
        email: None,
        is_demo: true,
        valid_from: None,
        valid_to: None,
        collecting: motcua::accounts::agencies::Collecting::default(),
    }
}

async fn saved(town: &Town, agency: Agency) -> AgencyId {
    let id = agency.id;
    town.t.db.write(move |tx| agencies::save(tx, &Actor::System, &agency, noon())).await.unwrap();
    id
}

fn officer(town: &Town, role: Role, agency: AgencyId, number: &str) -> CreateOfficer {
    CreateOfficer {
        role,
        agency,
        unit: None,
        field: None,
        full_name: "Lê Thị Cúc".into(),
        party: town.party(number),
        email: Some(format!("{number}@demo.invalid")),
        phone: None,
        password: hashed(PASSWORD),
        must_change_password: false,
        totp_sealed: Some(totp::seal(&town.keys, TOTP).unwrap()),
        is_demo: true,
    }
}

async fn created(town: &Town, cmd: CreateOfficer) -> Account {
    town.t.db.write(move |tx| create_officer::act(tx, &Actor::System, &cmd, noon())).await.unwrap()
}

async fn actor(town: &Town, account: &Account, now: Timestamp) -> Actor {
    let id = account.id;
    town.t.db.read(move |conn| people::actor(conn, id, now)).await.unwrap()
}

async fn who(town: &Town, fresh: &Fresh, now: Timestamp) -> SignedIn {
    let claims = tokens::verify(&town.keys, &fresh.token, now).unwrap();
    town.t.db.read(move |conn| sessions::authenticate(conn, &claims, now)).await.unwrap()
}

fn with_code(identifier: &str, now: Timestamp) -> SignIn {
    SignIn { otp: Some(totp::code_at(TOTP, machine(now)).unwrap()), ..request(identifier, PASSWORD) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_needs_the_second_factor_and_a_spent_code_is_spent_for_its_purpose_only() {
    let town = Town::new();
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", None)).await;
    let clerk = created(&town, officer(&town, Role::Clerk, home, "046090000044")).await;
    let name = "046090000044@demo.invalid";
    assert!(matches!(town.signs_in(request(name, PASSWORD), noon()).await, Outcome::OtpRequired));
    assert!(matches!(town.signs_in(request(name, "sai bét cả rồi"), noon()).await, Outcome::Wrong), "before the code");
    let wrong = SignIn { otp: Some("000000".into()), ..request(name, PASSWORD) };
    assert!(matches!(town.signs_in(wrong, noon()).await, Outcome::OtpWrong));
    let Outcome::SignedIn(fresh) = town.signs_in(with_code(name, noon()), noon()).await else { panic!() };
    let signed_in = who(&town, &fresh, noon()).await;
    assert!(signed_in.second_factor && signed_in.first_steps.is_none());
    assert!(signed_in.actor.officer().unwrap().has(Role::Clerk, home, Some("ho-tich")));
    assert!(matches!(town.signs_in(with_code(name, noon()), noon()).await, Outcome::OtpSpent));
    let step = noon().as_second() as u64 / 30;
    let id = clerk.id;
    assert!(town.write(move |tx| totp::spend(tx, id, Use::Signing, step)).await, "the same code still signs");
    assert!(!town.write(move |tx| totp::spend(tx, id, Use::Signing, step)).await, "once");
    assert!(town.write(move |tx| totp::spend(tx, id, Use::Refund, step)).await);
    let later = noon().plus_seconds(30);
    assert!(matches!(town.signs_in(with_code(name, later), later).await, Outcome::SignedIn(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_officer_has_no_rights_before_password_and_second_factor_are_their_own() {
    let town = Town::new();
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", None)).await;
    let new = CreateOfficer {
        must_change_password: true,
        totp_sealed: None,
        ..officer(&town, Role::Clerk, home, "046090000044")
    };
    created(&town, new).await;
    let Outcome::SignedIn(fresh) = town.signs_in(request("046090000044", PASSWORD), noon()).await else { panic!() };
    assert_eq!(fresh.first_steps, Some(FirstSteps::ChangePassword));
    let me = who(&town, &fresh, noon()).await;
    assert!(me.actor.officer().unwrap().assignments.is_empty());
    change_password::change(&town.means(noon()), &me, PASSWORD, "mười hai con giáp").await.unwrap();
    let me = who(&town, &fresh, noon()).await;
    assert_eq!(me.first_steps, Some(FirstSteps::EnrolTotp));
    let enrolment = totp::begin("cuc@demo.invalid").unwrap();
    let confirm = |code: &str| {
        let cmd = Confirm::new(&town.keys, &enrolment.secret, code, me.session, noon()).unwrap();
        let (db, actor) = (town.t.db.clone(), me.actor.clone());
        async move { db.write(move |tx| totp::confirm(tx, &actor, &cmd, noon())).await }
    };
    let code = totp::code_at(&enrolment.secret, noon()).unwrap();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    assert!(matches!(confirm(wrong).await, Err(ConfirmError::WrongCode)));
    confirm(&code).await.unwrap();
    assert!(matches!(confirm(&code).await, Err(ConfirmError::AlreadyEnrolled)));
    let me = who(&town, &fresh, noon()).await;
    assert_eq!(me.first_steps, None);
    assert!(me.actor.officer().unwrap().has(Role::Clerk, home, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn rights_hold_between_their_dates_and_nobody_gives_them_to_themselves() {
    let town = Town::new();
    let city = saved(&town, agency("H57", "UBND thành phố Huế", None)).await;
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", Some(city))).await;
    let elsewhere = saved(&town, agency("H58", "UBND tỉnh khác", None)).await;
    let admin = created(&town, officer(&town, Role::AccountsAdmin, city, "046090000055")).await;
    let clerk = created(&town, officer(&town, Role::Clerk, home, "046090000044")).await;
    let boss = actor(&town, &admin, noon()).await;
    let give = |who: &Actor, officer: &Account, agency: AgencyId| {
        let cmd = Assign {
            officer: officer.id,
            role: Role::Handler,
            agency,
            unit: None,
            field: Some("ho-tich".into()),
            valid_from: Some(noon().plus_days(1)),
            valid_to: Some(noon().plus_days(2)),
        };
        let (db, who) = (town.t.db.clone(), who.clone());
        async move { db.write(move |tx| assign::add(tx, &who, &cmd, noon())).await }
    };
    assert!(matches!(give(&boss, &admin, home).await, Err(AssignError::Own)));
    assert!(matches!(give(&boss, &clerk, elsewhere).await, Err(AssignError::NotAllowed)));
    let clerk_actor = actor(&town, &clerk, noon()).await;
    assert!(matches!(give(&clerk_actor, &clerk, home).await, Err(AssignError::NotAllowed)));
    let given = give(&boss, &clerk, home).await.unwrap();
    let mut held = Vec::new();
    for hours in [0, 23, 24, 47, 48] {
        let now = noon().plus_minutes(60 * hours);
        let Actor::Officer(o) = actor(&town, &clerk, now).await else { panic!() };
        held.push((o.has(Role::Handler, home, Some("ho-tich")), o.has(Role::Handler, home, Some("dat-dai"))));
    }
    assert_eq!(held, [(false, false), (false, false), (true, false), (true, false), (false, false)]);
    let at = noon().plus_minutes(60 * 30);
    let ender = boss.clone();
    town.t.db.write(move |tx| assign::remove(tx, &ender, given, at)).await.unwrap();
    assert!(!actor(&town, &clerk, at).await.officer().unwrap().has_anywhere(Role::Handler));
    let ender = boss.clone();
    let twice = town.t.db.write(move |tx| assign::remove(tx, &ender, given, at)).await;
    assert!(matches!(twice, Err(AssignError::NoRight)));
}

#[tokio::test(flavor = "multi_thread")]
async fn leaders_see_below_them_and_administrators_see_nothing() {
    let town = Town::new();
    let city = saved(&town, agency("H57", "UBND thành phố Huế", None)).await;
    let one = saved(&town, agency("H57.40", "UBND phường Phú Bài", Some(city))).await;
    let two = saved(&town, agency("H57.41", "UBND phường Thuận Hóa", Some(city))).await;
    let sight = |role: Role, agency: AgencyId, number: &'static str| {
        let town = &town;
        async move {
            let account = created(town, officer(town, role, agency, number)).await;
            let Actor::Officer(o) = actor(town, &account, noon()).await else { panic!() };
            town.t.db.read(move |conn| rights::sight(conn, &o)).await.unwrap()
        }
    };
    let head = sight(Role::Head, city, "046090000061").await;
    assert!(head.covers(city) && head.covers(one) && head.covers(two));
    let clerk = sight(Role::Clerk, city, "046090000062").await;
    assert!(clerk.covers(city) && !clerk.covers(one));
    assert_eq!(sight(Role::SystemAdmin, city, "046090000063").await, Sight::Agencies(vec![]));
    assert_eq!(sight(Role::Auditor, city, "046090000064").await, Sight::All);
}

#[tokio::test(flavor = "multi_thread")]
async fn agencies_stand_in_a_tree_without_circles() {
    let town = Town::new();
    let city = agency("H57", "UBND thành phố Huế", None);
    let top = saved(&town, city.clone()).await;
    let ward = saved(&town, agency("H57.40", "UBND phường Phú Bài", Some(top))).await;
    let save = |agency: Agency| {
        let db = town.t.db.clone();
        async move { db.write(move |tx| agencies::save(tx, &Actor::System, &agency, noon())).await }
    };
    assert!(matches!(save(Agency { parent: Some(ward), ..city.clone() }).await, Err(SaveError::Circle)));
    let twin = agency("H57", "Một cơ quan khác", None);
    assert!(matches!(save(twin).await, Err(SaveError::CodeTaken(code)) if code == "H57"));
    assert!(matches!(save(agency("57", "x", None)).await, Err(SaveError::BadCode(_))));
    save(Agency { address: Some("16 Lê Lợi".into()), ..city }).await.unwrap();
    let again = town.t.db.read(|conn| agencies::by_code(conn, "H57")).await.unwrap().unwrap();
    assert_eq!((again.id, again.address.as_deref()), (top, Some("16 Lê Lợi")));
    let anonymous = town.t.db.write(move |tx| agencies::save(tx, &Actor::Anonymous, &again, noon())).await;
    assert!(matches!(anonymous, Err(SaveError::NotAllowed)));
    let department = town
        .t
        .db
        .write(move |tx| agencies::add_department(tx, &Actor::System, ward, "Phòng Kinh tế", noon()))
        .await
        .unwrap();
    assert_eq!(town.t.db.read(move |conn| agencies::departments(conn, ward)).await.unwrap(), [department]);
}

#[tokio::test(flavor = "multi_thread")]
async fn own_and_relatives_dossiers_are_not_for_the_officer() {
    let town = Town::new();
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", None)).await;
    // The officer is a citizen too: two accounts of one number.
    let citizen = town.citizen(&an(), noon()).await;
    let clerk = created(&town, officer(&town, Role::Clerk, home, "046090000011")).await;
    assert_ne!(citizen.id, clerk.id);
    assert_eq!(citizen.party.index, clerk.party.index);
    let twice = officer(&town, Role::Clerk, home, "046090000011");
    let twice = town.t.db.write(move |tx| create_officer::act(tx, &Actor::System, &twice, noon())).await;
    assert!(matches!(twice, Err(CreateOfficerError::NumberTaken)));
    let who = actor(&town, &clerk, noon()).await;
    let wife = town.party("046192000022");
    let declared = wife.clone();
    town.t.db.write(move |tx| relatives::declare(tx, &who, &declared, "vợ", noon())).await.unwrap();
    let conflict = |index: String| {
        let (db, id) = (town.t.db.clone(), clerk.id);
        async move { db.read(move |conn| rights::has_conflict(conn, id, &[&index])).await.unwrap() }
    };
    assert!(conflict(citizen.party.index.unwrap()).await);
    assert!(conflict(wife.index.unwrap()).await);
    assert!(!conflict(town.party("046192000023").index.unwrap()).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_out_at_once() {
    let town = Town::new();
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", None)).await;
    let admin = created(&town, officer(&town, Role::AccountsAdmin, home, "046090000055")).await;
    let account = town.citizen(&an(), noon()).await;
    assert_eq!(account.kind, AccountKind::Citizen);
    let Outcome::SignedIn(fresh) = town.signs_in(request("0912000011", PASSWORD), noon()).await else { panic!() };
    let (boss, id) = (actor(&town, &admin, noon()).await, account.id);
    let own = boss.clone();
    let own_id = admin.id;
    assert!(town.t.db.write(move |tx| disable::act(tx, &own, own_id, noon())).await.is_err());
    let by = boss.clone();
    town.t.db.write(move |tx| disable::act(tx, &by, id, noon())).await.unwrap();
    let claims = tokens::verify(&town.keys, &fresh.token, noon()).unwrap();
    assert!(town.t.db.read(move |conn| sessions::authenticate(conn, &claims, noon())).await.is_err());
    assert!(matches!(town.signs_in(request("0912000011", PASSWORD), noon()).await, Outcome::Disabled));
    town.t.db.write(move |tx| disable::enable(tx, &boss, id, noon())).await.unwrap();
    assert!(matches!(town.signs_in(request("0912000011", PASSWORD), noon()).await, Outcome::SignedIn(_)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_who_lost_the_phone_begins_anew() {
    let town = Town::new();
    let home = saved(&town, agency("H57.40", "UBND phường Phú Bài", None)).await;
    let admin = created(&town, officer(&town, Role::AccountsAdmin, home, "046090000055")).await;
    let clerk = created(&town, officer(&town, Role::Clerk, home, "046090000044")).await;
    let (boss, id) = (actor(&town, &admin, noon()).await, clerk.id);
    let hash = hashed("một lần rồi thôi");
    town.t.db.write(move |tx| disable::begin_anew(tx, &boss, id, &hash, noon())).await.unwrap();
    assert!(matches!(town.signs_in(with_code("046090000044", noon()), noon()).await, Outcome::Wrong));
    let Outcome::SignedIn(fresh) = town.signs_in(request("046090000044", "một lần rồi thôi"), noon()).await
    else {
        panic!()
    };
    assert_eq!(fresh.first_steps, Some(FirstSteps::ChangePassword));
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_any_spelling_page_by_page() {
    let town = Town::new();
    town.citizen(&an(), noon()).await;
    town.citizen(&super::binh(), noon().plus_minutes(2)).await;
    let page = motcua::kernel::PageRequest::new(Some(1), None);
    let first = town.t.db.read(move |conn| people::search(conn, None, "nguyen", &page)).await.unwrap();
    assert_eq!(first.items.iter().map(|a| a.full_name.as_str()).collect::<Vec<_>>(), ["Nguyễn Văn An"]);
    let page = motcua::kernel::PageRequest::new(Some(1), first.next_cursor);
    let second = town.t.db.read(move |conn| people::search(conn, None, "NGUYỄN", &page)).await.unwrap();
    assert_eq!(second.items.iter().map(|a| a.full_name.as_str()).collect::<Vec<_>>(), ["Nguyễn Thị Bình"]);
    assert!(second.next_cursor.is_none());
}

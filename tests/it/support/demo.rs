//! The demonstration data and its people, for tests of whole journeys.

use std::sync::atomic::{AtomicU32, Ordering};

use motcua::accounts::assign::{self, Assign};
use motcua::accounts::{agencies, people};
use motcua::app::App;
use motcua::app::filing::Opened;
use motcua::dossiers::Step;
use motcua::forms::Form;
use motcua::kernel::{Actor, Role};
use motcua::office::action::Action;
use serde_json::{Value, json};

use super::app::TestApp;

/// Citizen of identity level 2.
pub const AN: &str = "046090000011";
/// Citizen of identity level 1.
pub const BINH: &str = "046192000022";
/// Everybody's password.
pub const PASSWORD: &str = "MotCua@2026";
/// The first commune's People's Committee.
pub const COMMITTEE: &str = "H57.31";
/// A PDF that uploads accept.
pub const PAPER: &[u8] = include_bytes!("../../../static/demo/giay-to-minh-hoa.pdf");
/// The beginning of a program, padded: whatever it is called, it is no paper.
pub const PROGRAM: &[u8] =
    b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00\xb8\x00\x00\x00This program cannot be run";

/// A portal with the demonstration data.
pub async fn portal() -> TestApp {
    TestApp::with_demonstration(&[])
}

/// An officer by the local part of the demonstration address.
pub async fn officer(app: &App, name: &str) -> Actor {
    let (email, now) = (format!("{name}@demo.invalid"), app.now());
    let read = move |c: &mut motcua::db::Conn| {
        let found = people::by_email(c, &email)?;
        people::actor(c, found.first().expect("a demonstration officer").id, now)
    };
    app.db.read(read).await.unwrap()
}

/// Gives an officer another role in the first commune, but only in the field of a procedure.
pub async fn assign_in_field(app: &App, name: &str, role: Role, procedure: &str) {
    let Actor::Officer(officer) = officer(app, name).await else { panic!("an officer") };
    let field = app.catalogue.published(&app.db, procedure).await.unwrap().unwrap().content.field.code.clone();
    let committee = app.db.read(|c| agencies::by_code(c, COMMITTEE)).await.unwrap().unwrap().id;
    let right = Assign {
        officer: officer.account,
        role,
        agency: committee,
        unit: None,
        field: Some(field),
        valid_from: None,
        valid_to: None,
    };
    let now = app.now();
    app.db.write(move |tx| assign::add(tx, &Actor::System, &right, now)).await.unwrap();
}

/// Does an act by its name in the JSON API.
pub async fn act(app: &App, who: &Actor, name: &str, (step, body): (Step, Value)) -> Opened {
    let action = Action::parse(step, &body).unwrap();
    app.act(who, name, (None, action)).await.unwrap_or_else(|e| panic!("{step:?} on {name}: {e}"))
}

/// What a handler saves as the draft of a birth certificate: the one thing that the declaration does not say, another
/// child's each time.
pub fn birth_draft() -> Value {
    static CHILDREN: AtomicU32 = AtomicU32::new(1_000);
    birth_draft_of(&format!("046326{:06}", CHILDREN.fetch_add(1, Ordering::Relaxed)))
}

/// The draft of a birth certificate that gives this number.
pub fn birth_draft_of(number: &str) -> Value {
    json!({"data": {"noi_dung": {"soDinhDanh": number}}, "outcome": "granted"})
}

/// The code of a procedure's first case.
pub async fn first_case(app: &App, procedure: &str) -> String {
    let published = app.catalogue.published(&app.db, procedure).await.unwrap().unwrap();
    published.content.cases.first().unwrap().code.clone()
}

/// The form of a procedure's first case.
pub async fn form_of(app: &App, procedure: &str) -> Form {
    let published = app.catalogue.published(&app.db, procedure).await.unwrap().unwrap();
    let case = published.content.cases.first().unwrap().code.clone();
    published.form(&case).unwrap()
}

//! Notices: written with the act, sent once, and honest about what nobody knows.

use diesel::prelude::*;
use motcua::db::Error;
use motcua::db::schema::accounts;
use motcua::db::types::J;
use motcua::kernel::{AccountId, Lang, PageRequest, Timestamp};
use motcua::notifications::{self as notices, Channels, CodePurpose, Event, NoticeState, Portal, Recipient};
use serde_json::json;

use crate::support::db::TestDb;

fn noon() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn portal() -> Portal {
    Portal::new("https://dichvucong.hue.example")
}

/// Somebody helped at a counter: no account, but a phone and an e-mail.
fn walk_in() -> Recipient {
    Recipient {
        account: None,
        name: "Ksor H'Bơ".into(),
        phone: Some("0912345678".into()),
        email: Some("hbo@example.org".into()),
        lang: Lang::Vi,
        channels: Channels::ALL,
        is_demo: false,
    }
}

fn code() -> Event {
    Event::OneTimeCode { code: "738291".into(), purpose: CodePurpose::Register, expires_at: noon().plus_minutes(5) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_written_with_the_act_or_not_at_all() {
    let t = TestDb::migrated();
    let refused: Result<(), Error> =
        t.db.write(|tx| {
            notices::notify(tx, &code(), &walk_in(), noon())?;
            Err(Error::NotFound)
        })
        .await;
    assert!(refused.is_err());
    assert!(t.db.read(|c| notices::outgoing(c, &portal(), 10)).await.unwrap().is_empty());

    t.db.write(|tx| notices::notify(tx, &code(), &walk_in(), noon())).await.unwrap();
    t.db.write(|tx| notices::notify(tx, &Event::PasswordChanged { at: noon() }, &walk_in(), noon())).await.unwrap();
    let box_ = t.db.read(|c| notices::outgoing(c, &portal(), 10)).await.unwrap();
    let seen: Vec<_> = box_.iter().map(|m| (m.channel.as_str(), m.to.as_str(), m.state)).collect();
    let queued = NoticeState::Queued;
    let newest_first =
        [("email", "hbo@example.org", queued), ("sms", "0912345678", queued), ("sms", "0912345678", queued)];
    assert_eq!(seen, newest_first);
    assert!(box_[2].text.starts_with("738291 la ma dang ky tai khoan cua Ksor H'Bo"), "{}", box_[2].text);
    assert!(box_[0].text.contains("https://dichvucong.hue.example/quen-mat-khau"), "{}", box_[0].text);
    assert_eq!(box_[0].subject.as_deref(), Some("Mật khẩu đã được đổi"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_of_an_account_without_notices_is_empty() {
    let t = TestDb::migrated();
    let nobody = motcua::kernel::AccountId::new();
    let page = t.db.read(move |c| notices::portal_notices(c, nobody, &PageRequest::default())).await.unwrap();
    assert!(page.items.is_empty() && page.next_cursor.is_none());
    assert_eq!(t.db.read(move |c| notices::unread(c, nobody)).await.unwrap(), 0);
}

/// A citizen with an account.
async fn citizen(t: &TestDb) -> AccountId {
    let id = AccountId::new();
    t.db.write(move |tx| {
        diesel::insert_into(accounts::table)
            .values((
                (
                    accounts::id.eq(id),
                    accounts::kind.eq("citizen"),
                    accounts::party_kind.eq("none_yet"),
                    accounts::full_name.eq("Y Ƀlŏ Niê"),
                    accounts::name_fold.eq("y blo nie"),
                    accounts::sort_key.eq("nie"),
                    accounts::must_change_password.eq(false),
                    accounts::identity_level.eq(1),
                    accounts::state.eq("active"),
                ),
                (
                    accounts::totp_last_steps.eq(J(json!({}))),
                    accounts::failed_logins.eq(0),
                    accounts::is_demo.eq(true),
                    accounts::language.eq("vi"),
                    accounts::channels.eq(J(json!({}))),
                    accounts::created_at.eq(noon()),
                    accounts::updated_at.eq(noon()),
                    accounts::version.eq(1),
                ),
            ))
            .execute(tx.conn())
            .map_err(Error::from)
    })
    .await
    .unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn portal_notices_are_there_at_once_page_by_page_and_are_read_by_their_owner_only() {
    let t = TestDb::migrated();
    let (mine, other) = (citizen(&t).await, citizen(&t).await);
    let to =
        Recipient { account: Some(mine), channels: Channels { sms: false, email: false }, phone: None, ..walk_in() };
    let to = Recipient { email: None, ..to };
    for day in 0..5 {
        let (to, now) = (to.clone(), noon().plus_days(day));
        t.db.write(move |tx| notices::notify(tx, &Event::PasswordChanged { at: now }, &to, now)).await.unwrap();
    }
    assert!(t.db.read(|c| notices::outgoing(c, &portal(), 10)).await.unwrap().is_empty(), "nothing leaves the house");
    assert_eq!(t.db.read(move |c| notices::unread(c, mine)).await.unwrap(), 5);

    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let ask = PageRequest::new(Some(2), cursor);
        let page = t.db.read(move |c| notices::portal_notices(c, mine, &ask)).await.unwrap();
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    let times: Vec<Timestamp> = seen.iter().map(|n| n.created_at).collect();
    assert_eq!(times, (0..5).rev().map(|day| noon().plus_days(day)).collect::<Vec<_>>(), "newest first");
    assert_eq!(seen[0].title, "Mật khẩu đã được đổi");
    assert!(seen[0].text.contains("lấy lại mật khẩu ngay: /quen-mat-khau"), "{}", seen[0].text);

    let id = seen[0].id;
    let marked = |who| t.db.write(move |tx| notices::mark_read(tx, who, id, noon()));
    assert!(!marked(other).await.unwrap(), "not theirs");
    assert!(marked(mine).await.unwrap());
    assert!(!marked(mine).await.unwrap(), "read already");
    assert_eq!(t.db.read(move |c| notices::unread(c, mine)).await.unwrap(), 4);
    assert_eq!(t.db.write(move |tx| notices::mark_all_read(tx, mine, noon())).await.unwrap(), 4);
    assert_eq!(t.db.read(move |c| notices::unread(c, mine)).await.unwrap(), 0);
}

//! Notices: written with the act, sent once, and honest about what nobody knows.

use motcua::db::Error;
use motcua::kernel::{Lang, PageRequest, Timestamp};
use motcua::notifications::{self as notices, Channels, CodePurpose, Event, NoticeState, Portal, Recipient};

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

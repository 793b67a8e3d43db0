//! Who looks at money looks at people: it is in the log, and whom it concerns is kept away.

use motcua::app::Settle;
use motcua::audit::access::{self, AccessEntry};
use motcua::devservices::vnpay::Behaviour;
use motcua::kernel::{AccountId, PageRequest, RefundId};
use motcua::office::ActError;
use motcua::payments::{self, RefundWay};

use crate::conflicts::declares;
use crate::counter::{officer, page};
use crate::finance::{ask_all, held, settle};
use crate::support::demo::{self, AN};
use crate::support::html::Form;
use crate::support::shop::Shop;

const LIST: &str = "/can-bo/tai-chinh";

/// A dossier that was paid for twice: its name, the page of what is held, and the page of a refund that is asked for.
async fn paid_twice(shop: &Shop) -> (String, String, String) {
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    assert_eq!(shop.ipn(&shop.notice(&order, &[("vnp_TransactionNo", "990001")])).await, "02");
    let word = held(shop).await[0].id;
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let payment = shop.payments(&name).await.pop().unwrap();
    let asked = ask_all(shop, &clerk, &name, &payment, RefundWay::Gateway).await.unwrap();
    (name, format!("{LIST}/cho-xu-ly/{word}"), format!("{LIST}/hoan-tien/{}", asked.id))
}

async fn account_of_an(shop: &Shop) -> AccountId {
    let now = shop.t.app.now();
    let read = move |c: &mut motcua::db::Conn| {
        let found = motcua::accounts::people::by_email(c, "an@demo.invalid")?;
        motcua::accounts::people::actor(c, found[0].id, now)
    };
    shop.t.app.db.read(read).await.unwrap().account().unwrap()
}

/// Looks at An's money, the newest first.
async fn looks(shop: &Shop, account: AccountId) -> Vec<AccessEntry> {
    let about = shop.t.app.db.read(move |c| access::about(c, account, 1_000)).await.unwrap();
    about.into_iter().filter(|e| e.what.contains("khoản chờ xử lý") || e.what.contains("hoàn tiền")).collect()
}

#[tokio::test]
async fn a_look_at_money_is_in_the_log() {
    let shop = Shop::open();
    let (name, word, refund) = paid_twice(&shop).await;
    let an = account_of_an(&shop).await;
    let clerk = officer(&shop.t, "clerk").await;
    for list in [LIST, "/can-bo/tai-chinh/hoan-tien", "/can-bo/tai-chinh/da-thu"] {
        page(&clerk, list).await;
    }
    assert!(looks(&shop, an).await.is_empty(), "lists name numbers and sums");
    for here in [&word, &refund] {
        let before = looks(&shop, an).await.len();
        page(&clerk, here).await;
        let after = looks(&shop, an).await;
        assert_eq!(after.len(), before + 1, "{here}");
        assert_eq!((after[0].purpose.as_str(), after[0].dossier_ref.as_deref()), ("open_money", Some(name.as_str())));
    }
    page(&officer(&shop.t, "auditor").await, &word).await;
    assert!(looks(&shop, an).await.iter().any(|entry| entry.purpose == "audit"));
    // The citizen reads it.
    let citizen = shop.t.signed_in(AN, demo::PASSWORD).await;
    let log = page(&citizen, "/nhat-ky-truy-cap").await;
    assert!(log.contains("Xử lý khoản tiền") && log.contains(&name), "{log}");
    // Another commune sees nothing, so there is nothing to write down.
    let before = looks(&shop, an).await.len();
    assert_eq!(officer(&shop.t, "clerk2").await.get(&word).await.status, 404);
    assert_eq!(looks(&shop, an).await.len(), before);
}

#[tokio::test]
async fn money_of_nobody_known_has_a_payer_too() {
    let shop = Shop::open();
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY")])).await;
    let word = held(&shop).await[0].id;
    let here = format!("{LIST}/cho-xu-ly/{word}");
    let browser = officer(&shop.t, "clerk").await;
    page(&browser, &here).await;
    let seen = |c: &mut motcua::db::Conn| access::of_purposes(c, &["open_money"]);
    let entries = shop.t.app.db.read(seen).await.unwrap();
    assert_eq!(entries.len(), 1, "{entries:?}");
    assert_eq!((entries[0].dossier, entries[0].dossier_ref.as_deref()), (None, Some("MC000000NOBODY")));
    // Once it is credited it is about a dossier, also for whoever looks at it later.
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    settle(&shop, &clerk, word, Settle::Credit { dossier: name.clone() }).await.unwrap();
    page(&browser, &here).await;
    let looked = looks(&shop, account_of_an(&shop).await).await;
    assert_eq!(looked.first().and_then(|entry| entry.dossier_ref.as_deref()), Some(name.as_str()), "{looked:?}");
    declares(&shop.t, "clerk", AN).await;
    assert_eq!(browser.get(&here).await.status, 403);
}

#[tokio::test]
async fn nobody_looks_after_money_of_relatives() {
    let shop = Shop::open();
    let (name, word, refund) = paid_twice(&shop).await;
    let clerk = officer(&shop.t, "clerk").await;
    let mut aside = Form::with_action(&page(&clerk, &word).await, &word);
    aside.set("how", "nothing");
    aside.set("reason", "Không phải làm gì");
    let mut back = Form::with_action(&page(&clerk, &refund).await, &refund);
    back.set("how", "decline");
    back.set("reason", "Nhầm");
    declares(&shop.t, "clerk", AN).await;
    let before = looks(&shop, account_of_an(&shop).await).await.len();
    for here in [&word, &refund] {
        let kept = clerk.get(here).await;
        assert_eq!(kept.status, 403, "{here}");
        assert!(!kept.body.contains(&name) && !kept.body.contains("990001"), "{}", kept.body);
    }
    for form in [&aside, &back] {
        assert_eq!(clerk.submit(form).await.status, 403);
    }
    assert_eq!(looks(&shop, account_of_an(&shop).await).await.len(), before, "nothing was looked at");
    // Nor behind the pages.
    let who = demo::officer(&shop.t.app, "clerk").await;
    let id = held(&shop).await[0].id;
    for how in [Settle::Nothing, Settle::SendBack, Settle::Credit { dossier: name.clone() }] {
        let done = settle(&shop, &who, id, how).await;
        assert!(matches!(done, Err(ActError::Forbidden)), "{done:?}");
    }
    let id: RefundId = refund.rsplit('/').next().unwrap().parse().unwrap();
    let done = crate::finance::decide(&shop, &who, id, motcua::app::Decide::Decline { reason: "Nhầm".into() }).await;
    assert!(matches!(done, Err(ActError::Forbidden)), "{done:?}");
    // Colleagues go on.
    let records = officer(&shop.t, "records").await;
    page(&records, &word).await;
    page(&records, &refund).await;
    let all = |c: &mut motcua::db::Conn| payments::refunds_in(c, None, &PageRequest::default());
    assert!(shop.t.app.db.read(all).await.unwrap().items[0].state().is_open());
}

#[tokio::test]
async fn money_in_another_agencys_account_is_not_even_there() {
    let till = crate::support::till::Till::open();
    let clerk = demo::officer(&till.t.app, "clerk").await;
    let (own, now) = (clerk.officer().unwrap().assignments[0].agency, till.t.app.now());
    let account = move |tx: &mut motcua::db::Tx<'_>| {
        let mut agency = motcua::accounts::agencies::by_id(tx.conn(), own)?.unwrap();
        agency.collecting.account.as_mut().unwrap().number = "0018".into();
        motcua::accounts::agencies::save(tx, &motcua::kernel::Actor::System, &agency, now)
    };
    till.t.app.db.write(account).await.unwrap();
    let (an, name) = till.filed().await;
    let (code, _) = till.begun(&an, &name).await;
    let unclear = serde_json::json!({"content": "NGUYEN VAN AN nop phi"});
    assert_eq!(till.told(&till.notice(&code, "FT10", unclear)).await, "held");
    let all = |c: &mut motcua::db::Conn| payments::held_words(c, None, &PageRequest::default());
    let word = till.t.app.db.read(all).await.unwrap().items[0].0.id;
    let here = format!("{LIST}/cho-xu-ly/{word}");
    assert_eq!(officer(&till.t, "clerk2").await.get(&here).await.status, 404, "its content names the payer");
    assert!(page(&officer(&till.t, "clerk").await, &here).await.contains("NGUYEN VAN AN"));
}

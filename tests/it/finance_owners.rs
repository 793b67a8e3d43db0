//! Whose money is whose: nobody books, sees or sends back another's, whatever file it was told of by.

use motcua::accounts::agencies;
use motcua::app::{Decide, ImportError, Settle, StatementFile};
use motcua::kernel::{Actor, AgencyId, PageRequest, Vnd};
use motcua::office::ActError;
use motcua::payments::bank_notice::Credit;
use motcua::payments::verdict::Said;
use motcua::payments::{self, Heard, NoticeRow, RefundRow, RefundState, RefundWay, Way, vietqr};
use serde_json::json;

use crate::counter::{officer, page};
use crate::finance::{ask_all, balances, decide, held, refund, settle};
use crate::support::api::Person;
use crate::support::demo::{self, BINH};
use crate::support::html::plain;
use crate::support::money::{import, rule, verdicts};
use crate::support::shop::{COPIES, Shop};
use crate::support::till::{BIN, SECRET};

const LIST: &str = "/can-bo/tai-chinh";
const SECOND: &str = "Ủy ban nhân dân phường Vỹ Dạ";

/// A portal that takes money at the gateway and into its bank account.
fn both_ways() -> Shop {
    Shop::open_with(&[("MOTCUA__VIETQR__SECRETS", &format!("{BIN}={SECRET}"))])
}

/// Begins a transfer; what its code says.
async fn transfer(who: &Person, name: &str) -> vietqr::Said {
    let answer = who.post(&format!("/dossiers/{name}/payments"), json!({"method": "vietqr"})).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    vietqr::read(answer.json()["qr"].as_str().unwrap()).unwrap()
}

/// The bank tells of a credit.
async fn told(shop: &Shop, (account, amount): (&str, Vnd), transaction: &str, content: &str) -> &'static str {
    let credit = Credit {
        transaction: transaction.into(),
        account: account.into(),
        amount,
        currency: "VND".into(),
        content: content.into(),
        credited_at: shop.t.app.now(),
    };
    shop.t.app.hear_bank(BIN, credit, json!({"content": content}).to_string()).await.unwrap().as_str()
}

fn file(bank: Option<&str>, text: &str) -> StatementFile {
    let gateway = if bank.is_some() { "vietqr" } else { "vnpay" };
    let (bank, name) = (bank.map(str::to_owned), "sao-ke.csv".to_owned());
    StatementFile { gateway: gateway.into(), bank, name, content: text.as_bytes().to_vec() }
}

fn agency_of(who: &Actor) -> AgencyId {
    who.officer().unwrap().assignments[0].agency
}

async fn seen_by(shop: &Shop, agency: AgencyId) -> Vec<NoticeRow> {
    let read = move |c: &mut motcua::db::Conn| payments::held_words(c, Some(&[agency]), &PageRequest::default());
    shop.t.app.db.read(read).await.unwrap().items.into_iter().map(|(word, _)| word).collect()
}

async fn refunds(shop: &Shop) -> Vec<RefundRow> {
    let read = |c: &mut motcua::db::Conn| payments::refunds_in(c, None, &PageRequest::default());
    shop.t.app.db.read(read).await.unwrap().items
}

/// A word that nobody knows the agency of, as a gateway says it.
async fn lost(shop: &Shop, gateway: &'static str, transaction: &'static str, amount: Vnd) -> NoticeRow {
    let now = shop.t.app.now();
    let hear = move |tx: &mut motcua::db::Tx<'_>| {
        let heard = Heard {
            gateway,
            way: Way::Ipn,
            payment: None,
            reference: Some("MC000000NOBODY"),
            transaction: Some(transaction),
            amount: Some(amount),
            said: Some(Said::Moved),
            code: "00",
            verdict: "unknown",
            body: "vnp_OrderInfo=NGUYEN+VAN+AN",
            is_held: true,
            agency: None,
        };
        payments::hear(tx.conn(), &heard, now)
    };
    shop.t.app.db.write(hear).await.unwrap();
    let of = |word: &NoticeRow| word.gateway == gateway && word.gateway_txn.as_deref() == Some(transaction);
    held(shop).await.into_iter().find(of).unwrap()
}

#[tokio::test]
async fn a_file_for_the_wrong_gateway_books_nothing_twice() {
    let shop = both_ways();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = shop.filed().await;
    let paid = transfer(&an, &name).await;
    let amount = paid.amount.unwrap();
    let into = (paid.number.as_str(), amount);
    assert_eq!(told(&shop, into, "FT1", paid.purpose.as_deref().unwrap()).await, "credited");
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let open = transfer(&binh, &other).await;
    let head = "Ngày;Mã giao dịch;Số tiền;Nội dung\n";
    let line =
        |transaction: &str, amount: Vnd, content: &str| format!("18/11/2026;{transaction};{};{content}\n", amount.0);
    let known = line("FT1", amount, "nop phi");
    let coming = line("FT3", amount, &format!("MBVCB.1.{}", open.purpose.as_deref().unwrap()));
    let unknown = line("FT2", amount, "la") + &line("FT4", Vnd(7_000), "la");

    // Most of it is the bank's: nothing of it is taken.
    let text = format!("{head}{known}{coming}{}", line("FT5", Vnd(5_000), "la"));
    let refused = shop.t.app.import_statement(&clerk, file(None, &text)).await;
    assert!(
        matches!(&refused, Err(ImportError::OtherGateway { gateway, other: 2, lines: 3 }) if gateway == "vietqr"),
        "{refused:?}"
    );
    let none = shop.t.app.db.read(|c| payments::statements(c, None, 10)).await.unwrap();
    assert!(none.is_empty() && held(&shop).await.is_empty(), "{none:?}");

    // A part of it is: those lines are told apart, wait for nobody and can't be credited.
    let text = format!("{head}{known}{unknown}");
    let (row, _) = shop.t.app.import_statement(&clerk, file(None, &text)).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["other_gateway", "unknown", "unknown"]);
    assert_eq!(held(&shop).await.len(), 2);
    let browser = officer(&shop.t, "clerk").await;
    let shown = page(&browser, &format!("{LIST}/sao-ke/{}", row.id)).await;
    assert!(shown.contains("Đã ghi có qua VietQR: tệp có lẽ của cổng khác"), "{}", plain(&shown));
    let (row, _) = shop.t.app.import_statement(&clerk, file(Some(BIN), &text)).await.unwrap();
    assert_eq!(verdicts(&shop, &row).await, ["repeated", "unknown", "unknown"]);

    // One of two words of the same money settles both.
    let words = held(&shop).await;
    let of = |gateway: &str| words.iter().find(|w| w.gateway == gateway && w.amount() == Some(amount)).unwrap().id;
    settle(&shop, &clerk, of("vietqr"), Settle::Credit { dossier: other.clone() }).await.unwrap();
    balances(&shop, &other).await;
    assert_eq!(rule(settle(&shop, &clerk, of("vnpay"), Settle::SendBack).await), "settled-already");
    // And a word that comes later holds no money any more.
    let third = binh.files_for(&shop.t, COPIES).await;
    let later = lost(&shop, "vnpay", "FT2", amount).await;
    let credit = Settle::Credit { dossier: third.clone() };
    assert_eq!(rule(settle(&shop, &clerk, later.id, credit).await), "no-money");
    assert_eq!(rule(settle(&shop, &clerk, later.id, Settle::SendBack).await), "no-money");
    balances(&shop, &third).await;
}

#[tokio::test]
async fn a_statement_is_its_agencys_own() {
    let shop = Shop::open();
    let (clerk, second) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "clerk2").await);
    let text = "Ngày;Mã giao dịch;Số tiền;Nội dung\n18/11/2026;990099;7.000;NGUYEN VAN AN chuyen tien\n";
    let (row, _) = import(&shop, &clerk, text).await.unwrap();
    let word = held(&shop).await.remove(0);
    let (statement, held_word) = (format!("{LIST}/sao-ke/{}", row.id), format!("{LIST}/cho-xu-ly/{}", word.id));
    let (own, elsewhere) = (officer(&shop.t, "clerk").await, officer(&shop.t, "clerk2").await);
    let list = format!("{LIST}/sao-ke");
    for browser in [&own, &officer(&shop.t, "auditor").await] {
        assert!(page(browser, &list).await.contains(&statement));
        page(browser, &statement).await;
        assert!(page(browser, &held_word).await.contains("NGUYEN VAN AN"));
    }
    assert!(!page(&elsewhere, &list).await.contains(&statement));
    assert!(!page(&elsewhere, LIST).await.contains("NGUYEN VAN AN"));
    for here in [&statement, &held_word] {
        assert_eq!(elsewhere.get(here).await.status, 404, "{here}");
    }
    let mut back = crate::support::html::Form::with_action(&page(&own, &statement).await, &statement);
    back.set("how", "refund");
    assert!([403, 404].contains(&elsewhere.submit(&back).await.status), "nor by a form");
    for how in [Settle::SendBack, Settle::Nothing] {
        let theirs = settle(&shop, &second, word.id, how).await;
        assert!(matches!(theirs, Err(ActError::Forbidden)), "{theirs:?}");
    }
    assert!(seen_by(&shop, agency_of(&second)).await.is_empty());
    // The same file is sent to both: each has its own, and the money waits once.
    let (theirs, is_new) = import(&shop, &second, text).await.unwrap();
    assert!(is_new && theirs.id != row.id && theirs.agency_id == Some(agency_of(&second)));
    assert_eq!(held(&shop).await.len(), 1);
}

#[tokio::test]
async fn money_in_a_shared_account_is_theirs_who_share_it() {
    let shop = both_ways();
    let (clerk, second) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "clerk2").await);
    let (own, other, now) = (agency_of(&clerk), agency_of(&second), shop.t.app.now());
    let share = move |tx: &mut motcua::db::Tx<'_>| {
        for id in [own, other] {
            let mut agency = agencies::by_id(tx.conn(), id)?.unwrap();
            agency.collecting.account.as_mut().unwrap().number = "0017".into();
            agencies::save(tx, &Actor::System, &agency, now)?;
        }
        Ok::<_, agencies::SaveError>(())
    };
    shop.t.app.db.write(share).await.unwrap();
    assert_eq!(told(&shop, ("0017", Vnd(9_000)), "FT7", "NGUYEN VAN AN").await, "unknown");
    let third = shop.t.app.db.read(|c| agencies::by_code(c, "H57")).await.unwrap();
    let third = third.map_or_else(AgencyId::new, |agency| agency.id);
    for (agency, count) in [(own, 1), (other, 1), (third, 0), (AgencyId::new(), 0)] {
        assert_eq!(seen_by(&shop, agency).await.len(), count);
    }
    let word = held(&shop).await.remove(0);
    settle(&shop, &second, word.id, Settle::SendBack).await.unwrap();
    let asked = refunds(&shop).await.remove(0);
    assert_eq!((asked.agency_id, asked.way()), (other, RefundWay::Transfer));
    assert_eq!(rule(settle(&shop, &clerk, word.id, Settle::SendBack).await), "settled-already");
}

#[tokio::test]
async fn money_of_nobody_goes_where_it_came_from_and_all_see_who_took_it_on() {
    let shop = Shop::open();
    let (clerk, second) = (demo::officer(&shop.t.app, "clerk").await, demo::officer(&shop.t.app, "clerk2").await);
    let approver = demo::officer(&shop.t.app, "approver2").await;
    let word = lost(&shop, "vnpay", "14226112", Vnd(33_000)).await;
    let here = format!("{LIST}/cho-xu-ly/{}", word.id);
    let (one, two) = (officer(&shop.t, "clerk").await, officer(&shop.t, "clerk2").await);
    for browser in [&one, &two] {
        assert!(page(browser, LIST).await.contains("33.000"));
        let shown = page(browser, &here).await;
        assert!(shown.contains("Chưa rõ khoản này của cơ quan nào"), "{}", plain(&shown));
        assert!(!shown.contains("NGUYEN"), "who paid is nobody's to read: {}", plain(&shown));
    }
    settle(&shop, &second, word.id, Settle::SendBack).await.unwrap();
    let asked = refunds(&shop).await.remove(0);
    assert_eq!((asked.agency_id, asked.way()), (agency_of(&second), RefundWay::Gateway));
    // The others see by whom.
    for at in [LIST, &here] {
        let shown = page(&one, at).await;
        assert!(shown.contains(SECOND), "{at}: {}", plain(&shown));
    }
    // The gateway knows nothing of it: from now on it is that agency's, and goes back by hand.
    decide(&shop, &approver, asked.id, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    assert_eq!(refund(&shop, asked.id).await.state(), RefundState::Refused);
    let taken = settle(&shop, &clerk, word.id, Settle::SendBack).await;
    assert!(matches!(taken, Err(ActError::Forbidden)), "{taken:?}");
    assert!(seen_by(&shop, agency_of(&clerk)).await.is_empty());
    let shown = page(&two, &here).await;
    assert!(shown.contains("bằng chuyển khoản") && shown.contains("NGUYEN"), "{}", plain(&shown));
    settle(&shop, &second, word.id, Settle::SendBack).await.unwrap();
    let again = refunds(&shop).await.into_iter().find(|r| r.id != asked.id).unwrap();
    assert_eq!((again.way(), again.agency_id), (RefundWay::Transfer, agency_of(&second)));

    // A gateway that gives nothing back by itself does not say where the money came from.
    let word = lost(&shop, "platform", "55", Vnd(33_000)).await;
    assert_eq!(rule(settle(&shop, &second, word.id, Settle::SendBack).await), "unclaimed");
    settle(&shop, &second, word.id, Settle::Nothing).await.unwrap();
    assert!(page(&one, LIST).await.contains("PLATFORM"), "closed by whom is seen too");
}

#[tokio::test]
async fn what_is_left_over_waits_for_somebody_to_ask() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let dear = (order.amount.0 + 1_500) * 100;
    shop.ipn(&shop.notice(&order, &[("vnp_Amount", &dear.to_string())])).await;
    let word = held(&shop).await.remove(0);
    settle(&shop, &clerk, word.id, Settle::Credit { dossier: name.clone() }).await.unwrap();
    let list = format!("{LIST}/hoan-tien");
    let browser = officer(&shop.t, "clerk").await;
    let shown = page(&browser, &list).await;
    for words in ["Nộp thừa, chưa ai đề nghị hoàn", "1.500", &name] {
        assert!(shown.contains(words), "{words}: {}", plain(&shown));
    }
    assert!(!page(&officer(&shop.t, "clerk2").await, &list).await.contains(&name), "another commune's");
    let payment = shop.payments(&name).await.into_iter().find(|p| p.surplus().0 > 0).unwrap();
    ask_all(&shop, &clerk, &name, &payment, RefundWay::Cash).await.unwrap();
    let shown = page(&browser, &list).await;
    assert!(!shown.contains("chưa ai đề nghị hoàn"), "somebody has: {}", plain(&shown));
}

#[tokio::test]
async fn days_are_read_as_people_write_them() {
    let shop = Shop::open();
    let head = officer(&shop.t, "head").await;
    let report = "/can-bo/tai-chinh/da-thu";
    for asked in ["tu=18/11/2026&den=18/11/2026", "tu=2026-11-18&den=2026-11-18"] {
        let shown = page(&head, &format!("{report}?{asked}")).await;
        assert!(shown.contains("value=\"18/11/2026\"") && shown.contains("figures"), "{}", plain(&shown));
        assert_eq!(head.get(&format!("{report}.csv?{asked}")).await.status, 200);
    }
    let wrong = head.get(&format!("{report}?tu=18/11/2026&den=cuoi+thang")).await;
    assert_eq!(wrong.status, 422, "{}", plain(&wrong.body));
    for words in ["href=\"#den\"", "value=\"cuoi thang\"", "value=\"18/11/2026\"", "21/11/2026"] {
        assert!(wrong.body.contains(words), "{words}: {}", plain(&wrong.body));
    }
    assert!(!wrong.body.contains("figures"), "no other days in the place of those");
    let turned = head.get(&format!("{report}?tu=19/11/2026&den=18/11/2026")).await;
    assert!(turned.status == 422 && turned.body.contains("href=\"#tu\""), "{}", plain(&turned.body));
}

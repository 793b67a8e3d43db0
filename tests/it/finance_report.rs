//! The report of what was collected comes to what really came: for fees, left over, and what nobody knows the owner of.

use motcua::app::{Decide, Settle};
use motcua::devservices::vnpay::Behaviour;
use motcua::kernel::{Actor, AgencyId, PageRequest, RefundId, Vnd, local_date};
use motcua::payments;
use motcua::reports::Span;
use motcua::reports::money::{self, MoneyReport};

use crate::counter::{officer, page};
use crate::finance::{decide, held, settle};
use crate::support::api::Person;
use crate::support::demo::{self, BINH};
use crate::support::html::plain;
use crate::support::shop::{COPIES, Shop};

fn agency_of(who: &Actor) -> AgencyId {
    who.officer().unwrap().assignments[0].agency
}

/// The report of a day, so many days ago.
async fn of_day(shop: &Shop, agency: Option<AgencyId>, ago: i64) -> MoneyReport {
    let day = local_date(shop.t.app.now().plus_days(-ago));
    let span = Span { from: day, to: day, agency: None };
    let read = move |c: &mut motcua::db::Conn| {
        let agencies: Option<Vec<AgencyId>> = agency.map(|agency| vec![agency]);
        money::money(c, agencies.as_deref(), &span)
    };
    let report = shop.t.app.db.read(read).await.unwrap();
    let sum = |of: fn(&money::MoneyLine) -> i64| Vnd(report.lines.iter().map(of).sum());
    assert_eq!(sum(|line| line.collected_vnd), report.arrived, "the lines come to the sum");
    assert_eq!(sum(|line| line.returned_vnd), report.returned);
    let parts = report.collected.0 + report.surplus.0 + report.loose.0;
    assert_eq!(parts, report.arrived.0, "each đồng is in one part: {report:?}");
    assert_eq!(report.receipted, report.collected, "receipts are for fees alone");
    report
}

/// Sums of a report, less those of an earlier one: all, for fees, left over, loose, nobody's, and back.
fn more(now: &MoneyReport, before: &MoneyReport) -> [i64; 6] {
    let sums = |r: &MoneyReport| [r.arrived, r.collected, r.surplus, r.loose, r.nobodys, r.returned].map(|v| v.0);
    let (now, before) = (sums(now), sums(before));
    std::array::from_fn(|i| now[i] - before[i])
}

/// Asks that a held word's money go back.
async fn asked_back(shop: &Shop, transaction: &str) -> RefundId {
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let words = held(shop).await;
    let word = words.iter().find(|word| word.gateway_txn.as_deref() == Some(transaction)).unwrap();
    settle(shop, &clerk, word.id, Settle::SendBack).await.unwrap();
    let open = |c: &mut motcua::db::Conn| payments::refunds_in(c, None, &PageRequest::default());
    shop.t.app.db.read(open).await.unwrap().items[0].id
}

#[tokio::test]
async fn everything_that_came_is_in_the_report() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let own = Some(agency_of(&clerk));
    let elsewhere = Some(agency_of(&demo::officer(&shop.t.app, "clerk2").await));
    let theirs = of_day(&shop, elsewhere, 0).await;
    let (before, all_before) = (of_day(&shop, own, 0).await, of_day(&shop, None, 0).await);
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let fee = order.amount.0;
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [fee, fee, 0, 0, 0, 0]);

    // A second charge; told again, it is the same money.
    let again = shop.notice(&order, &[("vnp_TransactionNo", "990001")]);
    shop.ipn(&again).await;
    shop.ipn(&again).await;
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [2 * fee, fee, 0, fee, 0, 0]);
    // More than was asked for: loose until a person credits it, then a thousand đồng are left over.
    let binh = Person::citizen(&shop.t, BINH).await;
    let other = binh.files_for(&shop.t, COPIES).await;
    let (dear, _) = shop.begun(&binh, &other).await;
    shop.ipn(&shop.notice(&dear, &[("vnp_Amount", &((fee + 1_000) * 100).to_string())])).await;
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [3 * fee + 1_000, fee, 0, 2 * fee + 1_000, 0, 0]);
    let words = held(&shop).await;
    let word = words.iter().find(|word| word.verdict == "wrong_amount").unwrap();
    settle(&shop, &clerk, word.id, Settle::Credit { dossier: other.clone() }).await.unwrap();
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [3 * fee + 1_000, 2 * fee, 1_000, fee, 0, 0]);
    // Money that nobody knows the agency of is no agency's; all together have it.
    shop.ipn(&shop.notice(&dear, &[("vnp_TxnRef", "MC000000NOBODY"), ("vnp_TransactionNo", "990002")])).await;
    let now = of_day(&shop, own, 0).await;
    assert_eq!(more(&now, &before), [3 * fee + 1_000, 2 * fee, 1_000, fee, fee, 0]);
    let all = of_day(&shop, None, 0).await;
    assert_eq!(more(&all, &all_before), [4 * fee + 1_000, 2 * fee, 1_000, 2 * fee, 0, 0]);
    is_shown(&shop, &now).await;

    let refund = asked_back(&shop, "990001").await;
    decide(&shop, &demo::officer(&shop.t.app, "approver").await, refund, Decide::Approve).await.unwrap();
    shop.t.run_jobs().await;
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [3 * fee + 1_000, 2 * fee, 1_000, fee, fee, fee]);
    // Whoever is to send it back has it.
    assert_eq!(of_day(&shop, elsewhere, 0).await.nobodys.0, fee);
    asked_back(&shop, "990002").await;
    assert_eq!(more(&of_day(&shop, own, 0).await, &before), [4 * fee + 1_000, 2 * fee, 1_000, 2 * fee, 0, fee]);
    assert_eq!(more(&of_day(&shop, elsewhere, 0).await, &theirs), [0; 6], "and nobody else");
}

/// The page and the file say the same, in both languages.
async fn is_shown(shop: &Shop, report: &MoneyReport) {
    let day = local_date(shop.t.app.now());
    let asked = format!("tu={day}&den={day}");
    let head = officer(&shop.t, "head").await;
    let shown = page(&head, &format!("/can-bo/tai-chinh/da-thu?{asked}")).await;
    for (words, amount) in [
        ("Tiền về", report.arrived),
        ("Thu phí, lệ phí", report.collected),
        ("Tiền thừa", report.surplus),
        ("Tiền chờ xử lý", report.loose),
    ] {
        let figure = format!("<dt>{words}</dt><dd>{amount}</dd>");
        assert!(shown.contains(&figure), "{figure}: {shown}");
    }
    let nobodys = format!("{} chưa rõ của cơ quan nào", report.nobodys);
    assert!(plain(&shown).contains(&nobodys), "{nobodys}: {}", plain(&shown));
    let english = plain(&page(&head, &format!("/can-bo/tai-chinh/da-thu?{asked}&lang=en")).await);
    assert!(english.contains("Left over") && english.contains("Waits to be settled"), "{english}");
    let csv = head.get(&format!("/can-bo/tai-chinh/da-thu.csv?{asked}")).await.body;
    let lines = || csv.trim_start_matches('\u{feff}').lines().skip(1).map(|l| l.split(',').collect::<Vec<_>>());
    let came: i64 = lines().map(|line| line[5].parse::<i64>().unwrap()).sum();
    assert_eq!(Vnd(came), report.arrived, "{csv}");
    for (kind, amount) in [("surplus", report.surplus), ("loose", report.loose)] {
        let of_kind: i64 = lines().filter(|l| l[1] == kind).map(|l| l[5].parse::<i64>().unwrap()).sum();
        assert_eq!(Vnd(of_kind), amount, "{kind}: {csv}");
    }
}

#[tokio::test]
async fn a_day_that_is_over_stays_as_it_was() {
    let shop = Shop::open();
    let clerk = demo::officer(&shop.t.app, "clerk").await;
    let own = Some(agency_of(&clerk));
    let before = of_day(&shop, own, 0).await;
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let fee = order.amount.0;
    shop.ipn(&shop.notice(&order, &[("vnp_Amount", &((fee + 1_000) * 100).to_string())])).await;
    let day = of_day(&shop, own, 0).await;
    assert_eq!(more(&day, &before), [fee + 1_000, 0, 0, fee + 1_000, 0, 0]);

    shop.t.app.clock.set(shop.t.app.now().plus_days(1));
    let word = held(&shop).await[0].id;
    settle(&shop, &clerk, word, Settle::Credit { dossier: name.clone() }).await.unwrap();
    let (then, today) = (of_day(&shop, own, 1).await, of_day(&shop, own, 0).await);
    assert_eq!(then.arrived, day.arrived, "what came that day came that day");
    assert_eq!(more(&then, &before), [fee + 1_000, 0, fee + 1_000, 0, 0, 0], "it was of no fee then");
    let nothing = MoneyReport::default();
    assert_eq!(more(&today, &nothing), [0, fee, -fee, 0, 0, 0], "it is booked for the fee now, and nothing came");
    // What a person lays aside is no money that came for fees.
    shop.ipn(&shop.notice(&order, &[("vnp_TxnRef", "MC000000NOBODY"), ("vnp_TransactionNo", "990003")])).await;
    assert_eq!(of_day(&shop, own, 0).await.nobodys, order.amount);
    let word = held(&shop).await[0].id;
    settle(&shop, &clerk, word, Settle::Nothing).await.unwrap();
    assert_eq!(of_day(&shop, own, 0).await.nobodys, Vnd(0));
}

//! Lists of money that are longer than a page, page by page, without JavaScript.

use motcua::db::Tx;
use motcua::kernel::Vnd;
use motcua::payments::verdict::Said;
use motcua::payments::{self, Asked, Heard, RefundWay, Way};

use crate::counter::{led_to, officer, page};
use crate::finance::{held, settle};
use crate::support::app::Visitor;
use crate::support::demo;
use crate::support::html::plain;
use crate::support::shop::Shop;

/// More than the longest list once showed.
const MANY: i64 = 211;

/// Follows «Trang sau» to the end; the rows of every page whose link begins with `rows`.
async fn all_pages(browser: &Visitor, list: &str, rows: &str) -> Vec<Vec<String>> {
    let (mut pages, mut next) = (Vec::new(), Some(list.to_owned()));
    while let Some(here) = next {
        let body = page(browser, &here).await;
        let links = |start: &str| {
            let links = body.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
            links.filter(|link| link.starts_with(start)).map(str::to_owned).collect::<Vec<String>>()
        };
        pages.push(links(rows));
        // The switch of language leads to the same page.
        next = links(&format!("{list}?cursor=")).into_iter().find(|link| !link.contains("lang="));
        assert!(pages.len() < 20, "it ends: {}", plain(&body));
    }
    pages
}

fn counts(pages: &[Vec<String>]) -> Vec<usize> {
    let mut all: Vec<&String> = pages.iter().flatten().collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), pages.iter().map(Vec::len).sum::<usize>(), "each of them once");
    pages.iter().map(Vec::len).collect()
}

#[tokio::test]
async fn every_held_word_has_its_place() {
    let shop = Shop::open();
    let now = shop.t.app.now();
    let many = move |tx: &mut Tx<'_>| {
        for i in 0..MANY {
            let (transaction, reference) = (format!("77{i:04}"), format!("LA{i:04}"));
            let heard = Heard {
                gateway: "vnpay",
                way: Way::Ipn,
                payment: None,
                reference: Some(&reference),
                transaction: Some(&transaction),
                amount: Some(Vnd(1_000 + i)),
                said: Some(Said::Moved),
                code: "00",
                verdict: "unknown",
                body: "{}",
                is_held: true,
                agency: None,
            };
            payments::hear(tx.conn(), &heard, now.plus_minutes(i))?;
        }
        Ok::<_, motcua::db::Error>(())
    };
    shop.t.app.db.write(many).await.unwrap();
    let clerk = officer(&shop.t, "clerk").await;
    let list = "/can-bo/tai-chinh";
    let pages = all_pages(&clerk, list, "/can-bo/tai-chinh/cho-xu-ly/").await;
    assert_eq!(counts(&pages), [50, 50, 50, 50, 11]);
    let last = page(&clerk, &format!("{list}?cursor=200")).await;
    assert!(last.contains("LA0210") && last.contains("211"), "{}", plain(&last));
    assert!(last.contains(&format!("href=\"{list}\"")), "and back to the first: {}", plain(&last));
    assert!(!page(&clerk, list).await.contains("LA0050"), "the oldest first");
    // What stood on the last page is settled: whoever opens it again is led to the list.
    let who = demo::officer(&shop.t.app, "clerk").await;
    for word in held(&shop).await.iter().take(11) {
        settle(&shop, &who, word.id, motcua::app::Settle::Nothing).await.unwrap();
    }
    assert_eq!(led_to(&clerk.get(&format!("{list}?cursor=200")).await), list);
}

#[tokio::test]
async fn every_refund_has_its_place() {
    let shop = Shop::open();
    let who = demo::officer(&shop.t.app, "clerk").await;
    let (agency, by) = (who.officer().unwrap().assignments[0].agency, who.account().unwrap());
    let now = shop.t.app.now();
    let many = move |tx: &mut Tx<'_>| {
        for i in 0..MANY {
            let asked = Asked {
                payment: None,
                notice: None,
                dossier: None,
                agency,
                way: RefundWay::Cash,
                gateway: None,
                reference: None,
                transaction: None,
                ordered_at: None,
                amount: Vnd(1_000 + i),
                surplus: Vnd(1_000 + i),
                reason: format!("Lý do {i:04}"),
                by,
            };
            payments::insert_refund(tx.conn(), &asked, &[], now.plus_minutes(i))?;
        }
        Ok::<_, motcua::db::Error>(())
    };
    shop.t.app.db.write(many).await.unwrap();
    let clerk = officer(&shop.t, "clerk").await;
    let list = "/can-bo/tai-chinh/hoan-tien";
    let pages = all_pages(&clerk, list, &format!("{list}/")).await;
    assert_eq!(counts(&pages), [50, 50, 50, 50, 11]);
    let first = page(&clerk, list).await;
    assert!(first.contains("Lý do 0210") && !first.contains("Lý do 0000"), "the newest first: {}", plain(&first));
    assert!(page(&clerk, &format!("{list}?cursor=200")).await.contains("Lý do 0000"));
    // What is over comes after everything that is open.
    let newest = pages[0][0].rsplit('/').next().unwrap().parse().unwrap();
    let decline = motcua::app::Decide::Decline { reason: "Nhầm".into() };
    crate::finance::decide(&shop, &who, newest, decline).await.unwrap();
    assert!(!page(&clerk, list).await.contains("Lý do 0210"));
    assert!(page(&clerk, &format!("{list}?cursor=200")).await.contains("Lý do 0210"));
    let elsewhere = page(&officer(&shop.t, "clerk2").await, list).await;
    assert!(!elsewhere.contains("Lý do"), "another commune's: {}", plain(&elsewhere));
}

//! The public pages: open to people who can't see, hear or use a mouse, in both
//! languages, on a phone and on a desk, in light and in dark; no link leads nowhere; light enough for a slow line.

use std::collections::{BTreeMap, BTreeSet};

use motcua::dossiers::Step;
use serde_json::{Value, json};

use super::citizen::signs_in;
use super::office::officer;
use super::person::{DESK, PHONE, Person};
use crate::support::app::TestApp;
use crate::support::demo::{AN, PASSWORD};
use crate::support::{demo, need};

/// What a first visit may weigh: HTML, styles, scripts and pictures as they are transferred (shared/design.md).
const BUDGET: u64 = 60_000;

/// The walk through the pages, and what was found on it.
pub struct Tour {
    pub one: Person,
    /// Each fault with the first page that it was seen on.
    faults: BTreeMap<String, String>,
    links: BTreeSet<String>,
}

impl Tour {
    /// Opens a page in Vietnamese on a phone by day, and in English on a desk at night.
    pub async fn see(&mut self, path: &str) {
        for (lang, size, scheme) in [("vi", PHONE, "light"), ("en", DESK, "dark")] {
            let media = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
            self.one.cdp("Emulation.setEmulatedMedia", media).await;
            self.one.stand_at(size).await;
            let (page, anchor) = path.split_once('#').map_or((path, None), |(page, anchor)| (page, Some(anchor)));
            let joint = if page.contains('?') { '&' } else { '?' };
            let anchor = anchor.map(|a| format!("#{a}")).unwrap_or_default();
            self.one.open(&format!("{page}{joint}lang={lang}{anchor}")).await;
            let shown = self.one.ask("return document.documentElement.lang").await;
            assert_eq!(shown, json!(lang), "{path}");
            for fault in self.one.faults().await {
                self.faults.entry(fault).or_insert_with(|| format!("{path} ({lang}, {} px, {scheme})", size.0));
            }
            self.one.snap(&format!("tour{}-{lang}", name_of(path))).await;
        }
        let links = self.one.ask(LINKS).await;
        self.links.extend(links.as_array().unwrap().iter().map(|l| l.as_str().unwrap().to_owned()));
    }

    pub async fn see_all(&mut self, paths: &[&str]) {
        for path in paths {
            self.see(path).await;
        }
    }

    /// Follows every link that was seen so far, as the one who sits here.
    pub async fn follow(&mut self, who: &str) {
        let cookies = self.one.cookies().await;
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::limited(5)).build().unwrap();
        for path in std::mem::take(&mut self.links) {
            let url = format!("{}{path}", self.one.base);
            let answer = client.get(&url).header("cookie", &cookies).send().await.unwrap();
            let status = answer.status().as_u16();
            if status >= 400 {
                self.faults.insert(format!("a link to {path} leads to {status}"), who.to_owned());
            }
        }
    }
}

/// Links and plain forms of the portal itself. Papers are set when they are asked for, which takes its time.
const LINKS: &str = r"
const away = /^\/(dang-xuat|static)|\/(giay|ket-qua|tep)\/|[?&]lang=/;
const urls = [...document.querySelectorAll('a[href]')].map((a) => new URL(a.href))
  .concat([...document.querySelectorAll('form[method=get]')].map((f) => new URL(f.action)));
return [...new Set(urls.filter((u) => u.origin === location.origin).map((u) => u.pathname + u.search))]
  .filter((path) => !away.test(path));
";

fn name_of(path: &str) -> String {
    path.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect()
}

impl Tour {
    pub async fn begin(t: &TestApp) -> Option<Self> {
        let programs = need::browser()?;
        need::axe()?;
        let one = Person::before(t, &programs, true, DESK).await;
        Some(Self { one, faults: BTreeMap::new(), links: BTreeSet::new() })
    }

    pub async fn end(self) {
        let found: Vec<String> = self.faults.iter().map(|(fault, place)| format!("{place}: {fault}")).collect();
        assert!(found.is_empty(), "{} faults:\n{}", found.len(), found.join("\n"));
        self.one.console_is_clean().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_are_open_to_everybody() {
    let t = demo::portal().await;
    let Some(mut tour) = Tour::begin(&t).await else { return };
    strangers(&mut tour).await;
    tour.end().await;
}

async fn strangers(tour: &mut Tour) {
    let public = [
        "/",
        "/thu-tuc",
        "/thu-tuc?q=khai+sinh",
        "/thu-tuc?q=zzzzzz",
        "/thu-tuc/1.001193",
        "/thu-tuc/1.001193/in",
        "/thu-tuc/1.013225",
        "/thong-ke",
        "/du-lieu-mo",
        "/tra-cuu",
        "/tra-cuu?ma=00000-00000",
        "/xac-thuc/khong-co",
        "/dang-nhap",
        "/dang-ky",
        "/quen-mat-khau",
        "/api/docs",
        "/khong-co-trang-nay",
        "/phat-trien/hop-thu",
        "/phat-trien/thanh-phan",
    ];
    tour.see_all(&public).await;
    tour.links.retain(|link| link != "/khong-co-trang-nay");
    tour.follow("strangers").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_office_is_open_to_every_officer() {
    let t = demo::portal().await;
    let Some(mut tour) = Tour::begin(&t).await else { return };
    let desks = Desks::of(&t).await;
    officer(&tour.one, "clerk").await;
    tour.see_all(&["/can-bo?queue=all", "/can-bo?queue=to_hand_over", "/can-bo?queue=nothing-at-all"]).await;
    tour.see_all(&["/can-bo/tiep-nhan", "/tai-khoan"]).await;
    tour.see_all(&[&desks.new, &desks.supplement, &desks.decided, &desks.done]).await;
    tour.links.retain(|link| !link.contains("nothing-at-all"));
    tour.follow("a clerk").await;
    officer(&tour.one, "handler").await;
    tour.see_all(&[&desks.handled, &format!("{}/du-thao", desks.handled)]).await;
    // A tax office's notice is passed on: the desk, the page for its scan, the public look-up.
    let code = desks.handled.rsplit('/').next().unwrap().to_owned();
    let handler = demo::officer(&t.app, "handler").await;
    let body = json!({"reason": "Theo thông báo thuế.", "lines": [{"kind": "land_use_fee", "name": "Tiền sử dụng đất",
        "amount_vnd": 12_000_000}], "notice": {"number": "125/TB-CCT", "issued_on": "2026-11-16", "issuer": "Thuế cơ sở 1",
        "due_on": "2026-12-16", "collected_by": "elsewhere", "account": "7111.1056137"}});
    demo::act(&t.app, &handler, &code, (Step::RequestPayment, body)).await;
    tour.see_all(&[&desks.handled, &format!("{}/thong-bao", desks.handled), &format!("/tra-cuu?ma={code}")]).await;
    tour.links.clear();
    officer(&tour.one, "approver").await;
    tour.see_all(&["/can-bo?queue=to_sign", &desks.decided]).await;
    tour.links.clear();
    // Of another commune: the page that says that it is not theirs.
    officer(&tour.one, "clerk2").await;
    tour.see(&desks.new).await;
    tour.one.sees("You may not see this page").await;
    tour.end().await;
}

/// Dossiers of the demonstration at different desks, as addresses.
struct Desks {
    new: String,
    supplement: String,
    handled: String,
    decided: String,
    done: String,
}

impl Desks {
    async fn of(t: &TestApp) -> Self {
        // Not one of those who sign in by browser: a one-time code is good once.
        let head = crate::support::api::Person::officer(t, "head").await;
        let first = async |status: &str| {
            let list = head.get(&format!("/office/dossiers?status={status}&limit=1")).await.json();
            let line = &list["items"][0];
            let name = line["code"].as_str().or(line["reference"].as_str()).unwrap_or_else(|| panic!("{status}"));
            format!("/can-bo/ho-so/{name}")
        };
        Self {
            new: first("submitted").await,
            supplement: first("supplement_requested").await,
            handled: first("processing").await,
            decided: first("decided").await,
            done: first("handed_over").await,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_visit_is_light() {
    let Some(programs) = need::browser() else { return };
    let t = demo::portal().await;
    let one = Person::before(&t, &programs, true, PHONE).await;
    weigh(&one, &["/", "/thu-tuc", "/thu-tuc/1.001193", "/tra-cuu", "/dang-ky"]).await;
    one.open("/dang-nhap").await;
    signs_in(&one, AN, PASSWORD).await;
    weigh(&one, &["/ho-so", "/nop-ho-so/1.001193", "/tai-khoan"]).await;
    officer(&one, "clerk").await;
    weigh(&one, &["/can-bo?queue=all", "/can-bo/tiep-nhan"]).await;
    one.console_is_clean().await;
}

async fn weigh(one: &Person, paths: &[&str]) {
    for path in paths {
        one.cdp("Network.clearBrowserCache", json!({})).await;
        one.open(path).await;
        let script = "return performance.getEntriesByType('navigation')
            .concat(performance.getEntriesByType('resource')).reduce((sum, entry) => sum + entry.transferSize, 0)";
        let Value::Number(weight) = one.ask(script).await else { panic!("no weight") };
        let weight = weight.as_u64().unwrap();
        assert!(weight > 3_000, "{path}: {weight} bytes is no page");
        assert!(weight <= BUDGET, "{path}: {weight} bytes");
    }
}

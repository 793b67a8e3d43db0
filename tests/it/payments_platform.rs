//! Paying through the national payment platform, as far as the paper describes it: over HTTP with a stand-in that checks
//! every sum.

use std::net::TcpListener;

use motcua::config;
use motcua::devservices::platform::{BILL, Platform};
use motcua::dossiers;
use motcua::integrations::platform::Platform as Client;
use motcua::integrations::vnpay::Vnpay;
use motcua::kernel::clock::machine_now;
use motcua::payments::gateway::{About, Gateway, GatewayError};
use motcua::payments::{self, PaymentState};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::support::api::{Person, is_problem};
use crate::support::app::TestApp;
use crate::support::demo::AN;
use crate::support::shop::COPIES;

const PARTNER: &str = "DOITAC1";
const SECRET: &str = "a secret between the portal and the platform";

/// A portal and the platform.
struct Booth {
    t: TestApp,
    platform: Platform,
    stop: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Booth {
    /// Both open. `secret`: the platform's.
    fn open(secret: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let t = TestApp::with_demonstration(&[
            ("MOTCUA__PLATFORM__URL", &format!("{base}/api")),
            ("MOTCUA__PLATFORM__PAY_URL", &base),
            ("MOTCUA__PLATFORM__PARTNER_CODE", PARTNER),
            ("MOTCUA__PLATFORM__SECRET", SECRET),
        ]);
        let platform = Platform::new((PARTNER, secret), &base, &format!("{}/thanh-toan/platform/return", t.base));
        let (ready, is_ready) = std::sync::mpsc::channel();
        let served = platform.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = served.serve(listener).unwrap();
                ready.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { t, platform, stop: is_ready.recv().unwrap(), thread: Some(thread) }
    }

    async fn state(&self, name: &str) -> PaymentState {
        let name = name.to_owned();
        let read = move |c: &mut motcua::db::Conn| {
            let id = dossiers::find_id(c, &name)?;
            payments::of_dossier(c, id)
        };
        self.t.app.db.read(read).await.unwrap().last().unwrap().state()
    }

    async fn minutes_later(&self, minutes: i64) {
        self.t.app.clock.set(self.t.app.now().plus_minutes(minutes));
        self.t.run_jobs().await;
    }
}

impl Drop for Booth {
    fn drop(&mut self) {
        let stop = self.stop.clone();
        std::thread::spawn(move || actix_web::rt::System::new().block_on(stop.stop(false))).join().unwrap();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

#[tokio::test]
async fn a_citizen_pays_at_the_platform_and_the_portal_asks() {
    let booth = Booth::open(SECRET);
    let an = Person::citizen(&booth.t, AN).await;
    let name = an.files_for(&booth.t, COPIES).await;
    let begun = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "platform"})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let url = begun.json()["redirect_url"].as_str().unwrap().to_owned();
    let reference = url.rsplit_once('=').unwrap().1.to_owned();
    let order = booth.platform.standing(&reference).unwrap().order;
    let bill = &order["ThongTinBienLai"];
    assert_eq!((order["SoTien"].as_str(), bill["MaTTHC"].as_str()), (Some("24000"), Some(COPIES)), "{order}");
    assert_eq!(bill["MaDVC"], format!("{COPIES}.01"));
    assert_eq!((bill["HoTenNguoiNop"].as_str(), bill["SoCMNDNguoiNop"].as_str()), (Some("Nguyễn Văn An"), Some("")));
    assert_eq!(bill["PhiLePhi"][0]["SoTien"], "24000");

    let browser = booth.t.visitor();
    let pressed = browser.client.post(&url).send().await.unwrap();
    let back = pressed.headers()["location"].to_str().unwrap().to_owned();
    let shown = browser.client.get(&back).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Đang xác minh với ngân hàng"), "the browser's word moves nothing: {shown}");
    assert_eq!(booth.state(&name).await, PaymentState::Pending);
    booth.minutes_later(2).await;
    assert_eq!(booth.state(&name).await, PaymentState::Paid);
    let shown = browser.client.get(&back).send().await.unwrap().text().await.unwrap();
    assert!(shown.contains("Đã thanh toán"), "{shown}");
    assert_eq!(browser.get("/thanh-toan/platform/return?x=1").await.status, 422);

    let client = Client::new(booth.t.app.settings.platform.clone(), true).unwrap();
    let about = |reference: &str| About {
        reference: reference.to_owned(),
        ordered_at: machine_now(),
        transaction: None,
        now: machine_now(),
    };
    assert_eq!(client.bill(&about(&reference)).await.unwrap(), BILL);
    assert_eq!(client.bill(&about("MC000000NOBODY")).await, Err(GatewayError::Refused("91".into())));
}

#[tokio::test]
async fn what_is_not_paid_runs_out() {
    let booth = Booth::open(SECRET);
    let an = Person::citizen(&booth.t, AN).await;
    let name = an.files_for(&booth.t, COPIES).await;
    let begun = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "platform"})).await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    booth.minutes_later(16).await;
    assert_eq!(booth.state(&name).await, PaymentState::Pending);
    booth.minutes_later(6).await;
    assert_eq!(booth.state(&name).await, PaymentState::Expired);
}

#[tokio::test]
async fn another_secret_is_refused_and_nothing_is_taken() {
    let booth = Booth::open("another secret");
    let an = Person::citizen(&booth.t, AN).await;
    let name = an.files_for(&booth.t, COPIES).await;
    let refused = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "platform"})).await;
    is_problem(&refused, 503);
    // Nobody was sent anywhere: the citizen can try again at once, and is not told that the bank is being asked.
    let again = an.post(&format!("/dossiers/{name}/payments"), json!({"method": "platform"})).await;
    is_problem(&again, 503);
    let fees = an.get(&format!("/dossiers/{name}")).await.json();
    assert_eq!(fees["fees"][0]["state"], "expired", "{fees}");
}

/// What a gateway could say that never stops, before nobody listened any more; more than sockets keep.
async fn endless(listener: tokio::net::TcpListener) -> usize {
    let (mut socket, _) = listener.accept().await.unwrap();
    let mut asked = vec![0; 8 * 1024];
    assert!(socket.read(&mut asked).await.unwrap() > 0);
    socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n").await.unwrap();
    let (part, mut said) = ([b'9'; 64 * 1024], 0);
    while said < ENDLESS && socket.write_all(&part).await.is_ok() {
        said += part.len();
    }
    said
}

const ENDLESS: usize = 128 * 1024 * 1024;

#[tokio::test]
async fn an_answer_without_end_is_not_listened_to() {
    let about =
        About { reference: "MC000000NOBODY".into(), ordered_at: machine_now(), transaction: None, now: machine_now() };
    for is_platform in [true, false] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let said = tokio::spawn(endless(listener));
        let gateway: Box<dyn Gateway> = if is_platform {
            Box::new(Client::new(config::Platform { url: base.clone(), ..settings() }, true).unwrap())
        } else {
            let settings = config::Vnpay {
                tmn_code: "T".into(),
                hash_secret: config::Secret::new("s"),
                pay_url: base.clone(),
                api_url: base,
            };
            Box::new(Vnpay::new(settings, true).unwrap())
        };
        let asked = gateway.ask(&about).await;
        assert_eq!(asked.unwrap_err(), GatewayError::Disbelieved("the answer is too long".into()));
        let said = said.await.unwrap();
        assert!(said < ENDLESS, "{said} bytes were taken");
    }
}

fn settings() -> config::Platform {
    config::Platform {
        url: "https://pay.example/api".into(),
        pay_url: "https://pay.example".into(),
        partner_code: "P".into(),
        secret: config::Secret::new("s"),
        token: config::Secret::new(""),
        status_message: "QUERY".into(),
        status_field: "TrangThai".into(),
    }
}

#[test]
fn half_of_the_settings_are_refused() {
    let settings = settings();
    assert!(Client::new(settings.clone(), false).is_ok());
    for half in [
        config::Platform { url: String::new(), ..settings.clone() },
        config::Platform { pay_url: "http://pay.example".into(), ..settings.clone() },
        config::Platform { partner_code: " ".into(), ..settings.clone() },
        config::Platform { secret: config::Secret::new(""), ..settings.clone() },
    ] {
        assert!(Client::new(half, false).is_err());
    }
}

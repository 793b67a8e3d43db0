//! A portal that pays through a stand-in of VNPAY on a port of its own.

use std::net::TcpListener;
use std::time::Duration;

use motcua::devservices::vnpay::{Order, Vnpay};
use motcua::dossiers;
use motcua::payments::vnpay::{Key, Params};
use motcua::payments::{self, PaymentState};
use serde_json::json;

use super::api::Person;
use super::app::TestApp;
use super::demo::AN;

pub const TERMINAL: &str = "MOTCUATEST";
pub const SECRET: &str = "a secret between the portal and the stand-in";
/// Bản sao trích lục hộ tịch: 8.000 đ a copy, due at filing.
pub const COPIES: &str = "2.000635";
/// How late a late notice is.
const LATE: Duration = Duration::from_secs(3);

/// What a portal must know to pay through a gateway that stands at `base`.
pub fn settings(base: &str) -> Vec<(&'static str, String)> {
    vec![
        ("MOTCUA__VNPAY__TMN_CODE", TERMINAL.to_owned()),
        ("MOTCUA__VNPAY__HASH_SECRET", SECRET.to_owned()),
        ("MOTCUA__VNPAY__PAY_URL", format!("{base}/paymentv2/vpcpay.html")),
        ("MOTCUA__VNPAY__API_URL", base.to_owned()),
    ]
}

/// What the gateway tells of an order, as the query of an address.
pub fn notice(order: &Order, changes: &[(&str, &str)]) -> String {
    let mut p = Params::default();
    p.set("vnp_TmnCode", TERMINAL)
        .set("vnp_TxnRef", order.reference.clone())
        .set("vnp_Amount", (order.amount.0 * 100).to_string())
        .set("vnp_ResponseCode", "00")
        .set("vnp_TransactionStatus", "00")
        .set("vnp_TransactionNo", "14226112")
        .set("vnp_PayDate", "20261118090500");
    for (name, value) in changes {
        p.set(name, *value);
    }
    p.signed(&Key::new(SECRET))
}

/// The order behind the address that a payer is sent to.
pub fn order_at(url: &str) -> Order {
    let params = Params::read(url.split_once('?').unwrap().1).unwrap();
    assert!(params.is_genuine(&Key::new(SECRET)));
    Order::read(&params).unwrap()
}

/// A stand-in gateway that answers on a thread of its own until it is closed or dropped.
pub struct Served {
    stop: actix_web::dev::ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Served {
    /// Begins to answer.
    pub fn start(gateway: &Vnpay, listener: TcpListener) -> Self {
        let (ready, is_ready) = std::sync::mpsc::channel();
        let served = gateway.clone();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let server = served.serve(listener).unwrap();
                ready.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Self { stop: is_ready.recv().unwrap(), thread: Some(thread) }
    }

    /// The gateway goes away.
    pub fn close(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        let stop = self.stop.clone();
        std::thread::spawn(move || actix_web::rt::System::new().block_on(stop.stop(false))).join().unwrap();
        thread.join().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.close();
    }
}

/// A portal that pays through a stand-in gateway of its own.
pub struct Shop {
    pub t: TestApp,
    pub gateway: Vnpay,
    served: Served,
}

impl Shop {
    /// Both open.
    pub fn open() -> Self {
        Self::open_with(&[])
    }

    /// Both open, the portal with further settings.
    pub fn open_with(further: &[(&str, &str)]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let settings = settings(&base);
        let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
        let settings: Vec<(&str, &str)> = settings.chain(further.iter().copied()).collect();
        let t = TestApp::with_demonstration(&settings);
        let gateway = Vnpay::new(TERMINAL, SECRET, format!("{}/thanh-toan/vnpay/ipn", t.base)).late_by(LATE);
        let served = Served::start(&gateway, listener);
        Self { t, gateway, served }
    }

    /// An files for a copy; reference of the dossier.
    pub async fn filed(&self) -> (Person, String) {
        let an = Person::citizen(&self.t, AN).await;
        let name = an.files_for(&self.t, COPIES).await;
        (an, name)
    }

    /// Begins a payment; the order as the gateway reads it, and its address.
    pub async fn begun(&self, who: &Person, name: &str) -> (Order, String) {
        let answer = who.post(&format!("/dossiers/{name}/payments"), json!({"method": "vnpay"})).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let url = answer.json()["redirect_url"].as_str().unwrap().to_owned();
        (order_at(&url), url)
    }

    /// What the gateway tells of an order, as the query of an address.
    pub fn notice(&self, order: &Order, changes: &[(&str, &str)]) -> String {
        notice(order, changes)
    }

    /// Sends a notice; the code of the answer.
    pub async fn ipn(&self, query: &str) -> String {
        let answer = self.t.visitor().get(&format!("/thanh-toan/vnpay/ipn?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["RspCode"].as_str().unwrap().to_owned()
    }

    /// The payments of a dossier, oldest first.
    pub async fn payments(&self, name: &str) -> Vec<payments::Payment> {
        let name = name.to_owned();
        let read = move |c: &mut motcua::db::Conn| {
            let id = dossiers::find_id(c, &name)?;
            payments::of_dossier(c, id)
        };
        self.t.app.db.read(read).await.unwrap()
    }

    /// Minutes go by on the portal's clock, and the worker runs.
    pub async fn minutes_later(&self, minutes: i64) {
        self.t.app.clock.set(self.t.app.now().plus_minutes(minutes));
        self.t.run_jobs().await;
    }

    /// Everything that a gateway ever told of a payment.
    pub async fn heard(&self, payment: motcua::kernel::PaymentId) -> Vec<payments::NoticeRow> {
        self.t.app.db.read(move |c| payments::heard_of(c, payment)).await.unwrap()
    }

    /// Where the newest of them stands.
    pub async fn state(&self, name: &str) -> PaymentState {
        self.payments(name).await.last().unwrap().state()
    }

    /// The gateway goes away; the portal stays.
    pub fn close(&mut self) {
        self.served.close();
    }
}

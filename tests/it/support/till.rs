//! A portal that takes transfers into accounts at a stand-in bank.

use std::time::Duration;

use motcua::devservices::bank::{Bank, Sent};
use motcua::dossiers;
use motcua::payments::bank_notice::{Key, SIGNATURE};
use motcua::payments::vietqr::{self, Said};
use motcua::payments::{self, Payment, PaymentState};
use serde_json::{Value, json};

use super::api::Person;
use super::app::{Answer, TestApp};
use super::demo::AN;
use super::shop::COPIES;

/// The bank of the demonstration's accounts.
pub const BIN: &str = "999999";
pub const SECRET: &str = "a secret that the bank shares";
/// How late a late notice is.
const LATE: Duration = Duration::from_secs(1);

/// The portal and the bank.
pub struct Till {
    pub t: TestApp,
    pub bank: Bank,
}

impl Till {
    /// Both open.
    pub fn open() -> Self {
        let secrets = format!("{BIN}={SECRET},970436=the secret of another bank");
        let t = TestApp::with_demonstration(&[("MOTCUA__VIETQR__SECRETS", &secrets)]);
        let bank = Bank::new(SECRET, format!("{}/api/v1/payments/bank_notices", t.base)).unwrap().late_by(LATE);
        let bank = bank.by_clock(t.app.clock.clone());
        Self { t, bank }
    }

    /// An files for a copy; reference of the dossier.
    pub async fn filed(&self) -> (Person, String) {
        let an = Person::citizen(&self.t, AN).await;
        let name = an.files_for(&self.t, COPIES).await;
        (an, name)
    }

    /// Begins a transfer; the code as a phone reads it, and what the API said.
    pub async fn begun(&self, who: &Person, name: &str) -> (Said, Value) {
        let answer = who.post(&format!("/dossiers/{name}/payments"), json!({"method": "vietqr"})).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let begun = answer.json();
        (vietqr::read(begun["qr"].as_str().unwrap()).unwrap(), begun)
    }

    /// A notice of the bank, with some members otherwise.
    pub fn notice(&self, code: &Said, transaction: &str, changes: Value) -> Value {
        let mut notice = json!({
            "transaction": transaction, "account": code.number, "amount": code.amount.unwrap(), "currency": "VND",
            "content": code.purpose, "credited_at": "2026-11-18T09:05:00+07:00",
        });
        for (name, value) in changes.as_object().unwrap() {
            notice[name] = value.clone();
        }
        notice
    }

    /// Sends a body, signed by this bank.
    pub async fn tells(&self, bin: &str, body: &str) -> Answer {
        self.tells_signed(bin, body, &Key::new(SECRET).unwrap().sign(body.as_bytes())).await
    }

    /// Sends a body with a signature.
    pub async fn tells_signed(&self, bin: &str, body: &str, signature: &str) -> Answer {
        let visitor = self.t.visitor();
        let request = visitor.request("POST", &format!("/api/v1/payments/bank_notices/{bin}"));
        let request = request.header("content-type", "application/json").header(SIGNATURE, signature);
        visitor.send(request.body(body.to_owned())).await
    }

    /// Sends a notice that is taken; what became of it.
    pub async fn told(&self, notice: &Value) -> String {
        let answer = self.tells(BIN, &notice.to_string()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["status"].as_str().unwrap().to_owned()
    }

    /// The payments of a dossier, oldest first.
    pub async fn payments(&self, name: &str) -> Vec<Payment> {
        let name = name.to_owned();
        let read = move |c: &mut motcua::db::Conn| {
            let id = dossiers::find_id(c, &name)?;
            payments::of_dossier(c, id)
        };
        self.t.app.db.read(read).await.unwrap()
    }

    /// Where the newest of them stands.
    pub async fn state(&self, name: &str) -> PaymentState {
        self.payments(name).await.last().unwrap().state()
    }

    /// How many notices wait for a person.
    pub async fn held(&self) -> i64 {
        self.t.app.db.read(payments::held).await.unwrap()
    }

    /// Minutes go by on the portal's clock, and the worker runs.
    pub async fn minutes_later(&self, minutes: i64) {
        self.t.app.clock.set(self.t.app.now().plus_minutes(minutes));
        self.t.run_jobs().await;
    }

    /// What the portal answered to the bank, oldest first: status, and what became of it.
    pub fn answers(&self) -> Vec<(u16, String)> {
        let word = |sent: &Sent| {
            let answer: Value = serde_json::from_str(&sent.answer).unwrap_or_default();
            answer["status"].as_str().unwrap_or_default().to_owned()
        };
        self.bank.sent().iter().map(|sent| (sent.status, word(sent))).collect()
    }
}

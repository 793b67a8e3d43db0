//! People and officers: opening accounts, signing in, rights. Each test has a database of its own.

mod citizens;
mod officers;
mod places;
mod profiles;
mod signing_in;

use jiff::civil::date;
use motcua::accounts::password::{self, Cost, Hasher, PasswordHash};
use motcua::accounts::register::{self, Form, Register};
use motcua::accounts::sessions::SessionKind;
use motcua::accounts::sign_in::{self, Means, Outcome, SignIn};
use motcua::accounts::verify;
use motcua::accounts::{Account, Party, PartyKind, Purpose, SealedParty, codes::Given, seal};
use motcua::db::Error;
use motcua::kernel::crypto::{Keys, RootSecret};
use motcua::kernel::{Timestamp, clock};
use motcua::notifications::{self, Portal};

use crate::support::db::TestDb;

pub const PASSWORD: &str = "con mèo trên mái";
pub const TOTP: &str = "JBSWY3DPEHPK3PXP";

/// Hashes that take no time.
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

pub fn hashed(password: &str) -> PasswordHash {
    password::hash_now(password, CHEAP).unwrap()
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn noon() -> Timestamp {
    at("2026-11-21T05:00:00Z")
}

/// A database with what accounts need besides.
pub struct Town {
    pub t: TestDb,
    pub keys: Keys,
    pub hasher: Hasher,
}

impl Town {
    pub fn new() -> Self {
        let keys = Keys::derive(&RootSecret::new(vec![7; 32]).unwrap(), &[]).unwrap();
        Self { t: TestDb::migrated(), keys, hasher: Hasher::new(2, 16, CHEAP).unwrap() }
    }

    pub fn means(&self, now: Timestamp) -> Means<'_> {
        Means { db: &self.t.db, keys: &self.keys, hasher: &self.hasher, now, machine_now: machine(now) }
    }

    pub fn party(&self, number: &str) -> SealedParty {
        seal(&self.keys, &Party::parse(PartyKind::PersonalNumber, number).unwrap()).unwrap()
    }

    /// The newest code that was sent to a phone or an address.
    pub async fn code_for(&self, to: &str) -> Option<String> {
        let to = to.to_owned();
        let sent = self.sent_to(&to).await;
        let text = sent.iter().find(|(event, _)| event == "one_time_code").map(|(_, text)| text.clone())?;
        let digits: String =
            text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
        assert_eq!(digits.len(), 6, "{text}");
        Some(digits)
    }

    /// Event and text of what was sent to a phone or an address, newest first.
    pub async fn sent_to(&self, to: &str) -> Vec<(String, String)> {
        let portal = Portal::new("http://localhost:8080");
        let all = self.t.db.read(move |conn| notifications::outgoing(conn, &portal, 100)).await.unwrap();
        all.into_iter().filter(|m| m.to == to).map(|m| (m.event, m.text)).collect()
    }

    /// Fills in the form and waits for the code.
    pub async fn registers(
        &self,
        form: &Form,
        now: Timestamp,
    ) -> Result<register::Registered, register::RegisterError> {
        let filled = register::check_citizen(form, clock::local_date(now)).unwrap();
        let cmd = Register::new(&self.keys, &filled, hashed(&form.password)).unwrap();
        self.t.db.write(move |tx| register::act(tx, &cmd, now)).await
    }

    pub async fn verifies(&self, phone: &str, code: &str, now: Timestamp) -> verify::Outcome {
        let given = Given::new(&self.keys, Purpose::Register, phone, code);
        self.t.db.write(move |tx| verify::act(tx, &given, now)).await.unwrap()
    }

    /// A citizen with an account.
    pub async fn citizen(&self, form: &Form, now: Timestamp) -> Account {
        let registered = self.registers(form, now).await.unwrap();
        let code = self.code_for(&registered.phone).await.unwrap();
        match self.verifies(&registered.phone, &code, now).await {
            verify::Outcome::Opened(account) => *account,
            verify::Outcome::Wrong => panic!("the code was not taken"),
        }
    }

    pub async fn signs_in(&self, request: SignIn, now: Timestamp) -> Outcome {
        sign_in::sign_in(&self.means(now), &request).await.unwrap()
    }

    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnMut(&mut motcua::db::Tx<'_>) -> Result<T, Error> + Send + 'static,
    ) -> T {
        self.t.db.write(f).await.unwrap()
    }
}

/// The machine's clock goes with the product's in these tests.
pub fn machine(now: Timestamp) -> Timestamp {
    now
}

pub fn an() -> Form {
    Form {
        number: "046090000011".into(),
        full_name: "Nguyễn Văn An".into(),
        date_of_birth: Some(date(1990, 5, 12)),
        phone: "0912000011".into(),
        email: Some("an@demo.invalid".into()),
        password: PASSWORD.into(),
        ..Form::default()
    }
}

/// An's younger sister, who has no phone of her own.
pub fn binh() -> Form {
    Form {
        number: "046192000022".into(),
        full_name: "Nguyễn Thị Bình".into(),
        date_of_birth: Some(date(1992, 8, 20)),
        email: None,
        password: "cá lội dưới ao".into(),
        ..an()
    }
}

pub fn request(identifier: &str, password: &str) -> SignIn {
    SignIn {
        identifier: identifier.into(),
        password: password.into(),
        otp: None,
        through: SessionKind::Pages,
        ip: Some("10.0.0.1".into()),
        user_agent: Some("Firefox".into()),
    }
}

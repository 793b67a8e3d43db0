//! A stand-in for a bank with its app: reads the text of a VietQR code as a phone would, and tells the portal of the
//! money over HTTP, signed with a secret of its own, as a stranger would.
//!
//! `motcua serve` brings it in development; the buttons of its page say what reaches the agency's account, and how the
//! content looks by then.

mod page;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use crate::integrations::callback;
use crate::kernel::Clock;
use crate::payments::bank_notice::{Key, SIGNATURE};
use crate::payments::vietqr::{self, Said};

/// How late a late notice is, where nobody says otherwise.
const LATE: Duration = Duration::from_secs(20);
/// How often a notice is repeated while the portal does not take it, and how long between.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_secs(2);

/// What becomes of a transfer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Told at once, word by word.
    Right,
    /// A thousand đồng more than asked for.
    WrongAmount,
    /// In small letters, with blanks, and wrapped in words of the banks.
    Garbled,
    /// The same, and the content's end is cut off.
    Cut,
    /// The payer left the content out.
    NoContent,
    /// Told twice.
    Twice,
    /// The payer paid twice: two transactions.
    PaidTwice,
    /// Told long after.
    Late,
    /// Signed by somebody else.
    Forged,
}

impl Behaviour {
    /// Every one, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Right,
        Self::WrongAmount,
        Self::Garbled,
        Self::Cut,
        Self::NoContent,
        Self::Twice,
        Self::PaidTwice,
        Self::Late,
        Self::Forged,
    ];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::WrongAmount => "wrong_amount",
            Self::Garbled => "garbled",
            Self::Cut => "cut",
            Self::NoContent => "no_content",
            Self::Twice => "twice",
            Self::PaidTwice => "paid_twice",
            Self::Late => "late",
            Self::Forged => "forged",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.as_str() == text)
    }

    /// On the button.
    pub fn words(self) -> &'static str {
        match self {
            Self::Right => "Chuyển tiền, báo có đúng",
            Self::WrongAmount => "Chuyển thừa 1.000 đ",
            Self::Garbled => "Chuyển tiền, nội dung bị ngân hàng thêm chữ và đổi kiểu chữ",
            Self::Cut => "Chuyển tiền, nội dung bị cắt đuôi",
            Self::NoContent => "Chuyển tiền, quên ghi nội dung",
            Self::Twice => "Chuyển tiền, báo có gửi hai lần",
            Self::PaidTwice => "Chuyển tiền hai lần",
            Self::Late => "Chuyển tiền, báo có đến muộn",
            Self::Forged => "Báo có giả, chữ ký sai",
        }
    }

    /// The content as it arrives.
    fn content(self, written: &str) -> String {
        match self {
            Self::Garbled => garbled(written),
            Self::Cut => garbled(written.get(..written.len().saturating_sub(3)).unwrap_or_default()),
            Self::NoContent => "NGUYEN VAN AN chuyen tien".to_owned(),
            Self::Right | Self::WrongAmount | Self::Twice | Self::PaidTwice | Self::Late | Self::Forged => {
                written.to_owned()
            }
        }
    }
}

fn garbled(written: &str) -> String {
    let (first, rest) = written.split_at_checked(8).unwrap_or((written, ""));
    format!("MBVCB.6321445871.{} {}.CT tu 0451000123456", first.to_lowercase(), rest.to_lowercase())
}

/// The bank. Cheap to clone.
#[derive(Clone)]
pub struct Bank {
    inner: Arc<Inner>,
    late: Duration,
    clock: Clock,
}

struct Inner {
    key: Key,
    forger: Key,
    /// Where the portal wants its notices; the bank's number is added.
    notices_url: String,
    /// Notices sent: the body, and how it was answered.
    sent: Mutex<Vec<Sent>>,
}

/// A notice that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub body: String,
    /// The HTTP status; 0 where nobody answered.
    pub status: u16,
    pub answer: String,
}

/// What the page posts.
#[derive(Deserialize)]
struct Choice {
    qr: String,
    behaviour: String,
    #[serde(default)]
    back: String,
}

/// What the page is asked for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    qr: String,
    #[serde(default)]
    back: String,
}

impl Bank {
    /// A bank with this secret; none where that is too short.
    pub fn new(secret: &str, notices_url: impl Into<String>) -> Option<Self> {
        let inner = Inner {
            key: Key::new(secret)?,
            forger: Key::new("not the secret of any bank")?,
            notices_url: notices_url.into(),
            sent: Mutex::default(),
        };
        Some(Self { inner: Arc::new(inner), late: LATE, clock: Clock::machine() })
    }

    /// The same bank, whose late notices come after so long.
    #[must_use]
    pub fn late_by(mut self, late: Duration) -> Self {
        self.late = late;
        self
    }

    /// The same bank, by another clock than the machine's: the portal refuses what another day brings.
    #[must_use]
    pub fn by_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Notices sent, oldest first.
    pub fn sent(&self) -> Vec<Sent> {
        self.inner.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds its addresses below `base`.
    pub fn configure(&self, base: &str, config: &mut web::ServiceConfig) {
        let bank = web::Data::new(self.clone());
        config.service(web::resource(base).app_data(bank).route(web::get().to(show)).route(web::post().to(pay)));
    }

    /// Lets a transfer happen as told, and tells the portal of it.
    pub async fn act(&self, code: &Said, behaviour: Behaviour) {
        let amount = code.amount.map_or(10_000, |amount| amount.0);
        let amount = if behaviour == Behaviour::WrongAmount { amount + 1_000 } else { amount };
        let content = behaviour.content(code.purpose.as_deref().unwrap_or_default());
        let tell = || self.notice(code, amount, &content);
        match behaviour {
            Behaviour::Twice => {
                let body = tell();
                self.send(&code.bin, body.clone(), &self.inner.key).await;
                self.send(&code.bin, body, &self.inner.key).await;
            }
            Behaviour::PaidTwice => {
                self.send(&code.bin, tell(), &self.inner.key).await;
                self.send(&code.bin, tell(), &self.inner.key).await;
            }
            Behaviour::Late => {
                let (bank, bin, body) = (self.clone(), code.bin.clone(), tell());
                tokio::spawn(async move {
                    tokio::time::sleep(bank.late).await;
                    bank.send(&bin, body, &bank.inner.key).await;
                });
            }
            Behaviour::Forged => self.send(&code.bin, tell(), &self.inner.forger).await,
            Behaviour::Right | Behaviour::WrongAmount | Behaviour::Garbled | Behaviour::Cut | Behaviour::NoContent => {
                self.send(&code.bin, tell(), &self.inner.key).await
            }
        }
    }

    /// A notice of a new transaction.
    fn notice(&self, code: &Said, amount: i64, content: &str) -> String {
        json!({
            "transaction": format!("FT{}", uuid::Uuid::now_v7().simple()), "account": code.number, "amount": amount,
            "currency": "VND", "content": content, "credited_at": self.clock.now(),
        })
        .to_string()
    }

    /// Tells the portal, again while it does not take it.
    async fn send(&self, bin: &str, body: String, key: &Key) {
        let url = format!("{}/{bin}", self.inner.notices_url);
        let signature = key.sign(body.as_bytes());
        for attempt in 1..=TRIES {
            let (status, answer) = match callback::post(&url, body.clone(), (SIGNATURE, &signature)).await {
                Ok(answered) => answered,
                Err(error) => (0, error),
            };
            let sent = Sent { body: body.clone(), status, answer };
            self.inner.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
            // What was refused once will be refused again.
            if matches!(status, 200..=499) || attempt == TRIES {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }
}

async fn show(bank: web::Data<Bank>, asked: web::Query<Asked>) -> HttpResponse {
    let page = match vietqr::read(asked.qr.trim()) {
        Some(code) => page::transfer(&code, (&asked.qr, &asked.back), &bank.sent()),
        None => page::scan(!asked.qr.is_empty(), &asked.back),
    };
    html(page)
}

async fn pay(bank: web::Data<Bank>, form: web::Form<Choice>) -> HttpResponse {
    let (Some(code), Some(behaviour)) = (vietqr::read(form.qr.trim()), Behaviour::parse(&form.behaviour)) else {
        return html(page::scan(true, &form.back));
    };
    bank.act(&code, behaviour).await;
    html(page::done(&form.back, behaviour, &bank.sent()))
}

fn html(body: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
}

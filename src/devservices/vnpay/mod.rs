//! A stand-in for the VNPAY gateway: its pay page, its interface for questions and refunds, its notices. It knows of
//! the portal only what comes over HTTP, with a secret of its own, as a stranger would.
//!
//! `motcua serve` brings it in development; the buttons of its pay page say what it is to do with the money and when
//! it tells of it.

mod books;
mod page;

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::Deserialize;
use serde_json::Value;

pub use books::{Behaviour, Books, Order, Outcome};

use crate::integrations::callback;
use crate::kernel::clock;
use crate::payments::vnpay::{Key, Params};

/// How late a late notice is, where nobody says otherwise.
const LATE: Duration = Duration::from_secs(20);
/// How often a notice is repeated while the portal does not confirm it, and how long between.
const TRIES: u32 = 3;
const BETWEEN: Duration = Duration::from_secs(2);

/// The gateway. Cheap to clone.
#[derive(Clone)]
pub struct Vnpay {
    inner: Arc<Inner>,
    /// How long after the payment a late notice is sent.
    late: Duration,
}

struct Inner {
    terminal: String,
    key: Key,
    /// Where the merchant wants its notices.
    ipn_url: String,
    books: Books,
}

/// What the pay page posts.
#[derive(Deserialize)]
struct Choice {
    /// The order, as the merchant signed it.
    order: String,
    behaviour: String,
}

impl Vnpay {
    /// A gateway for one merchant.
    pub fn new(terminal: &str, secret: &str, ipn_url: impl Into<String>) -> Self {
        let inner = Inner {
            terminal: terminal.to_owned(),
            key: Key::new(secret),
            ipn_url: ipn_url.into(),
            books: Books::default(),
        };
        Self { inner: Arc::new(inner), late: LATE }
    }

    /// The same gateway, whose late notices come after so long.
    #[must_use]
    pub fn late_by(mut self, late: Duration) -> Self {
        self.late = late;
        self
    }

    /// What it has taken and given back.
    pub fn books(&self) -> &Books {
        &self.inner.books
    }

    /// Adds its addresses below `base`.
    pub fn configure(&self, base: &str, config: &mut web::ServiceConfig) {
        config.service(
            web::scope(base)
                .app_data(web::Data::new(self.clone()))
                .route("/paymentv2/vpcpay.html", web::get().to(show))
                .route("/paymentv2/vpcpay.html", web::post().to(pay))
                .route("/merchant_webapi/api/transaction", web::post().to(transaction)),
        );
    }

    /// A server of its own over `listener`, to be run.
    ///
    /// # Errors
    /// When the socket can't be used.
    pub fn serve(&self, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
        let gateway = self.clone();
        let server = HttpServer::new(move || {
            let gateway = gateway.clone();
            App::new().configure(move |config| gateway.configure("", config))
        })
        .workers(1)
        .disable_signals()
        .shutdown_timeout(0)
        .listen(listener)?
        .run();
        Ok(server)
    }

    /// Reads an order that the merchant signed.
    fn order(&self, query: &str) -> Result<Order, &'static str> {
        let params = Params::read(query).map_err(|_| "malformed")?;
        if !params.is_genuine(&self.inner.key) {
            return Err("70");
        }
        let order = Order::read(&params).ok_or("malformed")?;
        if order.terminal != self.inner.terminal { Err("02") } else { Ok(order) }
    }

    /// Does with an order as told: moves the money, tells the merchant. Gives the address that the browser goes to.
    pub async fn act(&self, order: &Order, behaviour: Behaviour) -> String {
        let (outcome, told) = self.inner.books.settle(order, behaviour, clock::machine_now());
        let query = outcome.params(order, told).signed(&self.inner.key);
        match behaviour {
            Behaviour::NoIpn => {}
            Behaviour::LateIpn => {
                let gateway = self.clone();
                actix_web::rt::spawn(async move {
                    actix_web::rt::time::sleep(gateway.late).await;
                    gateway.notify(&query).await;
                });
            }
            Behaviour::IpnTwice => {
                self.notify(&query).await;
                self.notify(&query).await;
            }
            Behaviour::IpnFirst | Behaviour::Cancel | Behaviour::WrongAmount => self.notify(&query).await,
            Behaviour::Success => {
                let gateway = self.clone();
                actix_web::rt::spawn(async move { gateway.notify(&query).await });
            }
        }
        self.back(order)
    }

    /// The address of the merchant that the payer's browser goes back to, with what became of the order.
    fn back(&self, order: &Order) -> String {
        let params = match self.books().outcome(&order.reference) {
            Some(outcome) => outcome.params(order, order.amount),
            None => order.expired(&self.inner.terminal),
        };
        asking(&order.return_url, &params.signed(&self.inner.key))
    }

    /// Tells the merchant, again while it does not confirm.
    async fn notify(&self, query: &str) {
        let url = asking(&self.inner.ipn_url, query);
        for attempt in 1..=TRIES {
            let answer = callback::get(&url).await;
            let code = answer.as_deref().ok().and_then(|body| serde_json::from_str::<Value>(body).ok());
            let code = code.as_ref().and_then(|v| v.get("RspCode")).and_then(Value::as_str).unwrap_or("none");
            self.inner.books.told(query, code);
            // 00 and 02 confirm; 01, 04 and 97 will not become better.
            if matches!(code, "00" | "01" | "02" | "04" | "97") || attempt == TRIES {
                return;
            }
            actix_web::rt::time::sleep(BETWEEN).await;
        }
    }
}

/// An address with a query.
fn asking(address: &str, query: &str) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}{query}")
}

async fn show(gateway: web::Data<Vnpay>, request: actix_web::HttpRequest) -> HttpResponse {
    match gateway.order(request.query_string()) {
        Ok(order) => ended(&gateway, &order).unwrap_or_else(|| html(page::pay(&order, request.query_string()))),
        Err(code) => refused(code),
    }
}

async fn pay(gateway: web::Data<Vnpay>, form: web::Form<Choice>) -> HttpResponse {
    let order = match gateway.order(&form.order) {
        Ok(order) => order,
        Err(code) => return refused(code),
    };
    let Some(behaviour) = Behaviour::parse(&form.behaviour) else { return refused("malformed") };
    if let Some(answer) = ended(&gateway, &order) {
        return answer;
    }
    let back = gateway.act(&order, behaviour).await;
    HttpResponse::SeeOther().insert_header((header::LOCATION, back)).finish()
}

/// What is said of an order that takes no money (again): settled before, or too late.
fn ended(gateway: &Vnpay, order: &Order) -> Option<HttpResponse> {
    if gateway.books().outcome(&order.reference).is_some() {
        return Some(html(page::settled(order, &gateway.back(order))));
    }
    order.is_over(clock::machine_now()).then(|| html(page::over(order, &gateway.back(order))))
}

fn refused(code: &str) -> HttpResponse {
    HttpResponse::BadRequest().content_type("text/html; charset=utf-8").body(page::refused(code))
}

async fn transaction(gateway: web::Data<Vnpay>, body: web::Json<Value>) -> HttpResponse {
    let Inner { books, terminal, key, .. } = &*gateway.inner;
    let answer = books.answer(&body, (terminal, key), clock::machine_now());
    if books.loses_answer() {
        return HttpResponse::GatewayTimeout().finish();
    }
    HttpResponse::Ok().json(answer)
}

fn html(body: String) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
}

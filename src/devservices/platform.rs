//! A stand-in for the national payment platform: `INIT`, the question and `GET_BILL` at one address, and a page where
//! the payer pays or gives up. It checks every sum as the paper says. For tests.

use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::http::header;
use actix_web::{App, HttpResponse, HttpServer, web};
use data_encoding::BASE64;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::payments::platform::{INIT_FIELDS, QUESTION_FIELDS, is_genuine};

/// The receipt that it gives out.
pub const BILL: &[u8] = b"%PDF-1.4\n% a receipt of the stand-in\n";

/// The platform. Cheap to clone.
#[derive(Clone)]
pub struct Platform(Arc<Inner>);

struct Inner {
    partner: String,
    secret: String,
    /// Its own address, for the page to pay at.
    base: String,
    /// Where it sends payers back to.
    back: String,
    orders: Mutex<HashMap<String, Standing>>,
}

/// An order, and whether it is paid.
#[derive(Clone, Debug)]
pub struct Standing {
    pub order: Value,
    pub is_paid: bool,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(rename = "MaThamChieu")]
    reference: String,
}

impl Platform {
    /// A platform at `base` for one partner.
    pub fn new((partner, secret): (&str, &str), base: &str, back: &str) -> Self {
        let [partner, secret, base, back] = [partner, secret, base, back].map(str::to_owned);
        Self(Arc::new(Inner { partner, secret, base, back, orders: Mutex::default() }))
    }

    /// What it knows of an order.
    pub fn standing(&self, reference: &str) -> Option<Standing> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner).get(reference).cloned()
    }

    /// The payer pays.
    pub fn pay(&self, reference: &str) {
        let mut orders = self.0.orders.lock().unwrap_or_else(PoisonError::into_inner);
        orders.entry(reference.to_owned()).and_modify(|standing| standing.is_paid = true);
    }

    /// A server of its own over `listener`, to be run.
    ///
    /// # Errors
    /// When the socket can't be used.
    pub fn serve(&self, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
        let platform = self.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(platform.clone()))
                .route("/api", web::post().to(call))
                .route("/pay", web::get().to(show))
                .route("/pay", web::post().to(pay))
        });
        Ok(server.workers(1).disable_signals().shutdown_timeout(0).listen(listener)?.run())
    }

    fn answer(&self, body: &Value) -> Value {
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let refused = |code: &str| json!({"error_code": code, "message": "refused"});
        let kind = text("LoaiBanTin");
        let fields = if kind == "INIT" { &INIT_FIELDS[..] } else { &QUESTION_FIELDS[..] };
        if text("MaDoiTac") != self.0.partner || !is_genuine(body, fields, &self.0.secret) {
            return refused("97");
        }
        let reference = text("MaThamChieu");
        let message = match (kind.as_str(), self.standing(&reference)) {
            ("INIT", known) => {
                let standing = known.unwrap_or(Standing { order: body.clone(), is_paid: false });
                let mut orders = self.0.orders.lock().unwrap_or_else(PoisonError::into_inner);
                orders.insert(reference.clone(), standing);
                json!({"UrlThanhToan": format!("{}/pay?MaThamChieu={reference}", self.0.base)}).to_string()
            }
            ("GET_BILL", Some(standing)) if standing.is_paid => BASE64.encode(BILL),
            ("QUERY", Some(standing)) => json!({
                "MaThamChieu": reference, "SoTien": standing.order["SoTien"], "MaGiaoDich": format!("QG{reference}"),
                "TrangThai": if standing.is_paid { "00" } else { "01" },
            })
            .to_string(),
            _ => return refused("91"),
        };
        json!({"error_code": "0", "message": message})
    }
}

async fn call(platform: web::Data<Platform>, body: web::Json<Value>) -> HttpResponse {
    HttpResponse::Ok().json(platform.answer(&body))
}

async fn show(platform: web::Data<Platform>, asked: web::Query<Asked>) -> HttpResponse {
    let known = platform.standing(&asked.reference).is_some();
    let body = if known {
        "<h1>Nền tảng thử nghiệm</h1><form method=\"post\"><button>Thanh toán</button></form>"
    } else {
        ""
    };
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(body)
}

async fn pay(platform: web::Data<Platform>, asked: web::Query<Asked>) -> HttpResponse {
    platform.pay(&asked.reference);
    let back = format!("{}?MaThamChieu={}", platform.0.back, asked.reference);
    HttpResponse::SeeOther().insert_header((header::LOCATION, back)).finish()
}

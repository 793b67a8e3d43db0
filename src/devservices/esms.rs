//! A stand-in for the eSMS gateway: the same address, fields, codes and refusal of a repeated `RequestId`.
//!
//! How it answers is switched, or follows from the number's last four digits, as [`Behaviour::of_phone`] says.

use std::collections::HashMap;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::{App, HttpResponse, HttpServer, web};
use serde::{Deserialize, Serialize};
use serde_json::json;

const PATH: &str = "/MainService.svc/json/SendMultipleMessage_V4_post_json/";

/// How the stand-in answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Takes the message: code 100.
    Accept,
    /// Refuses it with this code, such as 103 (no money) or 108 (malformed number).
    Refuse(u16),
    /// Takes it, but answers only after this time.
    Delay(Duration),
    /// Takes it and breaks the connection off before the answer is whole.
    Break,
    /// Answers with this HTTP status and no sense.
    Status(u16),
}

impl Behaviour {
    /// By the last four digits: 9001 refuses, 9002 delays by a minute, 9003 breaks the connection, 9004 is HTTP 500,
    /// 9005 has no money; every other number is taken.
    pub fn of_phone(phone: &str) -> Self {
        match phone.get(phone.len().saturating_sub(4)..) {
            Some("9001") => Self::Refuse(108),
            Some("9002") => Self::Delay(Duration::from_secs(60)),
            Some("9003") => Self::Break,
            Some("9004") => Self::Status(500),
            Some("9005") => Self::Refuse(103),
            _ => Self::Accept,
        }
    }
}

/// A request as the gateway takes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Request {
    pub api_key: String,
    pub secret_key: String,
    pub brandname: String,
    pub sms_type: String,
    pub is_unicode: String,
    pub sandbox: String,
    pub phone: String,
    pub content: String,
    pub request_id: String,
}

#[derive(Default)]
struct State {
    switch: Option<Behaviour>,
    /// Every request that came, also refused ones.
    requests: Vec<Request>,
    /// Messages taken, by `RequestId`.
    taken: HashMap<String, Request>,
}

/// The stand-in's counter and switch. Cheap to clone.
#[derive(Clone, Default)]
pub struct Esms(Arc<Mutex<State>>);

impl Esms {
    /// A stand-in that follows the numbers.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, f: impl FnOnce(&mut State) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Answers every number in one way; `None`: by number again.
    pub fn switch(&self, behaviour: Option<Behaviour>) {
        self.with(|state| state.switch = behaviour);
    }

    /// Every request that came, oldest first.
    pub fn requests(&self) -> Vec<Request> {
        self.with(|state| state.requests.clone())
    }

    /// How many messages were taken: each `RequestId` counts once.
    pub fn taken(&self) -> usize {
        self.with(|state| state.taken.len())
    }

    /// Listens on `address` (port 0: any free one); tells where, and gives the server to run.
    ///
    /// # Errors
    /// When the address is taken.
    pub fn serve(&self, address: SocketAddr) -> std::io::Result<(SocketAddr, actix_web::dev::Server)> {
        let listener = TcpListener::bind(address)?;
        let at = listener.local_addr()?;
        let state = web::Data::new(self.clone());
        let server = HttpServer::new(move || App::new().app_data(state.clone()).route(PATH, web::post().to(answer)))
            .workers(1)
            .disable_signals()
            .shutdown_timeout(0)
            .listen(listener)?
            .run();
        Ok((at, server))
    }

    /// Takes the message unless its `RequestId` is known, and tells the gateway's answer.
    fn take(&self, request: Request) -> serde_json::Value {
        self.with(|state| {
            if state.taken.contains_key(&request.request_id) {
                let message = "Request exist 1";
                return json!({"CodeResult": "124", "CountRegenerate": 0, "ErrorMessage": message, "SendStatus": "5"});
            }
            let id = format!("{:032x}", 0x5e5_u64.wrapping_add(state.taken.len() as u64));
            state.taken.insert(request.request_id.clone(), request);
            json!({"CodeResult": "100", "CountRegenerate": 0, "SMSID": id})
        })
    }
}

async fn answer(esms: web::Data<Esms>, body: web::Json<Request>) -> HttpResponse {
    let request = body.into_inner();
    let behaviour = esms.with(|state| {
        state.requests.push(request.clone());
        state.switch.unwrap_or_else(|| Behaviour::of_phone(&request.phone))
    });
    if request.api_key.is_empty() || request.secret_key.is_empty() {
        return refused(101);
    }
    match behaviour {
        Behaviour::Accept => HttpResponse::Ok().json(esms.take(request)),
        Behaviour::Refuse(code) => refused(code),
        Behaviour::Delay(time) => {
            let answer = esms.take(request);
            actix_web::rt::time::sleep(time).await;
            HttpResponse::Ok().json(answer)
        }
        Behaviour::Break => {
            let whole = esms.take(request).to_string();
            HttpResponse::Ok().content_type("application/json").body(Broken::new(&whole))
        }
        Behaviour::Status(status) => {
            let status = actix_web::http::StatusCode::from_u16(status);
            HttpResponse::build(status.unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR)).body("<html>")
        }
    }
}

fn refused(code: u16) -> HttpResponse {
    let message = match code {
        101 => "Authorize Failed",
        103 => "Balance not enough",
        108 => "Phone number is not valid",
        _ => "Refused",
    };
    HttpResponse::Ok().json(json!({"CodeResult": code.to_string(), "CountRegenerate": 0, "ErrorMessage": message}))
}

/// A body that promises its whole length, sends half, and breaks off.
struct Broken {
    length: u64,
    half: Option<web::Bytes>,
}

impl Broken {
    fn new(whole: &str) -> Self {
        let half = whole.as_bytes().get(..whole.len() / 2).unwrap_or_default();
        Self { length: whole.len() as u64, half: Some(web::Bytes::copy_from_slice(half)) }
    }
}

impl MessageBody for Broken {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
    }

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<web::Bytes, Self::Error>>> {
        let broken = || std::io::Error::new(std::io::ErrorKind::ConnectionReset, "broken off");
        std::task::Poll::Ready(Some(self.half.take().ok_or_else(broken)))
    }
}

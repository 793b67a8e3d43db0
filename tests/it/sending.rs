//! Sending: SMS through the gateway's protocol, e-mail through a real SMTP conversation, and what happens when the
//! answer does not come or the worker dies at the worst moment (docs/notices.md).

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use motcua::config::{Esms as EsmsSettings, Secret};
use motcua::devservices::esms::{Behaviour, Esms};
use motcua::integrations::esms::EsmsGateway;
use motcua::integrations::mailbox::Mailbox;
use motcua::integrations::smtp::SmtpMailer;
use motcua::kernel::{Clock, Lang, Timestamp};
use motcua::notifications::{
    self as notices, Channels, CodePurpose, Event, MAYBE_SENT, Mailer, NoticeState, OutgoingMessage, Portal, Recipient,
    Sender, SmsGateway,
};
use motcua::outbox::{self, Answer, Claim, Claimed, Registry};
use motcua::telemetry::metrics::Metrics;
use motcua::worker::{Options, Worker};

use crate::support::db::TestDb;
use crate::support::smtp::{Manner, SmtpServer};

fn noon() -> Timestamp {
    "2026-11-21T05:00:00Z".parse().unwrap()
}

fn portal() -> Portal {
    Portal::new("https://dichvucong.hue.example")
}

/// A database, a clock, and the ports that a test gives.
struct House {
    t: TestDb,
    clock: Clock,
    mailer: Arc<dyn Mailer>,
    sms: Arc<dyn SmsGateway>,
}

impl House {
    fn with(mailer: Arc<dyn Mailer>, sms: Arc<dyn SmsGateway>) -> Self {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Self { t: TestDb::migrated(), clock: Clock::starting_at(noon()), mailer, sms }
    }

    /// SMS through the gateway at `address`, given up after one second.
    fn sms(address: SocketAddr) -> Self {
        Self::with(Arc::new(Mailbox), Arc::new(EsmsGateway::new(esms_settings(address)).unwrap()))
    }

    fn mail(server: &SmtpServer) -> Self {
        let mailer = SmtpMailer::new(&server.url(), "Một Cửa <khong-tra-loi@motcua.example>").unwrap();
        Self::with(Arc::new(mailer), Arc::new(Mailbox))
    }

    fn sender(&self) -> Sender {
        Sender::new(self.t.db.clone(), self.clock.clone(), portal(), self.mailer.clone(), self.sms.clone())
    }

    fn worker(&self) -> Worker {
        let mut registry = Registry::new();
        self.sender().register(&mut registry);
        let options = Options::new(2, Duration::from_millis(20));
        Worker::new(self.t.db.clone(), self.clock.clone(), registry, options, Metrics::new().unwrap())
    }

    async fn tell(&self, event: Event, to: Recipient) {
        let now = self.clock.now();
        self.t.db.write(move |tx| notices::notify(tx, &event, &to, now)).await.unwrap();
    }

    async fn messages(&self) -> Vec<OutgoingMessage> {
        self.t.db.read(|c| notices::outgoing(c, &portal(), 50)).await.unwrap()
    }

    /// The only message.
    async fn message(&self) -> OutgoingMessage {
        let mut all = self.messages().await;
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    async fn dead(&self) -> Vec<outbox::Summary> {
        self.t.db.read(|c| outbox::dead_letters(c, 9)).await.unwrap()
    }

    /// A worker claims the job and then nothing more is heard of it.
    async fn claimed_by_a_worker_that_dies(&self) -> Claimed {
        let (kinds, now) = (vec![notices::SEND.to_owned()], self.clock.now());
        let claim = Claim { worker: "dead".into(), kinds, limit: 1, lease: Duration::from_secs(120) };
        self.t.db.write(move |tx| outbox::claim(tx, &claim, now)).await.unwrap().remove(0)
    }

    async fn hours_later(&self, hours: i64) {
        self.clock.set(self.clock.now().plus_minutes(hours * 60));
        self.worker().run_due().await;
    }
}

fn esms_settings(address: SocketAddr) -> EsmsSettings {
    EsmsSettings {
        url: format!("http://{address}/"),
        api_key: Secret::new("khoa"),
        secret_key: Secret::new("bi-mat"),
        brandname: "MOTCUA".into(),
        sandbox: false,
        timeout_seconds: 1,
    }
}

/// The gateway's stand-in on a port of its own.
async fn gateway() -> (Esms, SocketAddr) {
    let esms = Esms::new();
    let (address, server) = esms.serve("127.0.0.1:0".parse().unwrap()).unwrap();
    tokio::spawn(server);
    (esms, address)
}

fn by_phone(phone: &str) -> Recipient {
    Recipient {
        account: None,
        name: "Y Ƀlŏ Niê".into(),
        phone: Some(phone.into()),
        email: None,
        lang: Lang::Vi,
        channels: Channels::ALL,
        is_demo: false,
    }
}

fn by_mail() -> Recipient {
    Recipient { phone: None, email: Some("blo@example.org".into()), ..by_phone("") }
}

fn code() -> Event {
    Event::OneTimeCode { code: "738291".into(), purpose: CodePurpose::SignIn, expires_at: noon().plus_minutes(5) }
}

fn changed() -> Event {
    Event::PasswordChanged { at: noon() }
}

#[actix_web::test]
async fn an_sms_is_taken_by_the_gateway_and_its_code_is_not_kept() {
    let (esms, address) = gateway().await;
    let house = House::sms(address);
    house.tell(code(), by_phone("0905 123 456")).await;
    house.worker().run_due().await;

    let sent = esms.requests();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].phone.as_str(), sent[0].brandname.as_str()), ("84905123456", "MOTCUA"));
    assert_eq!((sent[0].sms_type.as_str(), sent[0].is_unicode.as_str(), sent[0].sandbox.as_str()), ("2", "0", "0"));
    assert!(sent[0].content.starts_with("738291 la ma dang nhap cua Y Blo Nie"), "{}", sent[0].content);
    assert!(sent[0].content.ends_with("dichvucong.hue.example"), "{}", sent[0].content);

    let kept = house.message().await;
    assert_eq!((kept.state, kept.provider.as_deref()), (NoticeState::Sent, Some("esms")));
    assert!(kept.text.starts_with("•••••• la ma dang nhap"), "{}", kept.text);
}

#[actix_web::test]
async fn a_refused_number_is_given_up_and_an_empty_purse_waits() {
    let (esms, address) = gateway().await;
    let house = House::sms(address);
    house.tell(changed(), by_phone("0905129001")).await;
    house.worker().run_due().await;
    let refused = house.message().await;
    assert_eq!(refused.state, NoticeState::Failed);
    assert!(refused.remark.unwrap().contains("eSMS 108"));
    assert_eq!(house.dead().await.len(), 1);

    house.tell(changed(), by_phone("0905129005")).await;
    house.worker().run_due().await;
    assert_eq!(house.messages().await[0].state, NoticeState::Queued);
    assert_eq!(esms.taken(), 0);
    esms.switch(Some(Behaviour::Accept));
    house.hours_later(1).await;
    assert_eq!(house.messages().await[0].state, NoticeState::Sent);
    assert_eq!(esms.taken(), 1);
}

#[actix_web::test]
async fn an_answer_that_comes_too_late_or_breaks_off_is_not_paid_for_twice() {
    for behaviour in [Behaviour::Delay(Duration::from_secs(3)), Behaviour::Break, Behaviour::Status(502)] {
        let (esms, address) = gateway().await;
        let house = House::sms(address);
        esms.switch(Some(behaviour));
        house.tell(changed(), by_phone("0905123456")).await;
        house.worker().run_due().await;

        let unsure = house.message().await;
        assert_eq!(unsure.state, NoticeState::Unsure, "{behaviour:?}");
        assert!(unsure.remark.unwrap().starts_with(MAYBE_SENT), "{behaviour:?}: it is said");
        esms.switch(Some(Behaviour::Accept));
        house.hours_later(30).await;
        assert_eq!(esms.requests().len(), 1, "{behaviour:?}: nobody tried again blindly");

        let dead = house.dead().await;
        assert_eq!(dead.len(), 1, "{behaviour:?}: a person sees it and decides");
        let (id, now) = (dead[0].id, house.clock.now());
        assert!(house.t.db.write(move |tx| outbox::replay(tx, id, now)).await.unwrap());
        house.worker().run_due().await;
        assert_eq!(esms.requests().len(), 2);
        assert_eq!(esms.requests()[0].request_id, esms.requests()[1].request_id, "the gateway knows it again");
        assert_eq!(esms.taken(), 1, "{behaviour:?}: and took it once");
        let sent = house.message().await;
        assert_eq!((sent.state, sent.remark.as_deref()), (NoticeState::Sent, Some(MAYBE_SENT)));
    }
}

#[actix_web::test]
async fn a_gateway_that_is_not_there_is_tried_again() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = unused.local_addr().unwrap();
    drop(unused);
    let house = House::sms(address);
    house.tell(changed(), by_phone("0905123456")).await;
    house.worker().run_due().await;
    let waiting = house.message().await;
    assert_eq!(waiting.state, NoticeState::Queued);
    assert!(waiting.remark.unwrap().contains("no connection"));

    let esms = Esms::new();
    let (_, server) = esms.serve(address).unwrap();
    tokio::spawn(server);
    house.hours_later(1).await;
    assert_eq!(house.message().await.state, NoticeState::Sent);
    assert_eq!(esms.taken(), 1);
}

#[actix_web::test]
async fn demonstration_accounts_never_reach_a_gateway() {
    let (esms, address) = gateway().await;
    let server = SmtpServer::start();
    let mailer = SmtpMailer::new(&server.url(), "Một Cửa <a@motcua.example>").unwrap();
    let house = House::with(Arc::new(mailer), Arc::new(EsmsGateway::new(esms_settings(address)).unwrap()));
    let demo = Recipient { email: Some("an@demo.invalid".into()), is_demo: true, ..by_phone("0912000011") };
    house.tell(changed(), demo.clone()).await;
    house.tell(code(), demo).await;
    house.worker().run_due().await;
    for kept in house.messages().await {
        assert_eq!((kept.state, kept.provider.as_deref()), (NoticeState::Sent, Some("mailbox")));
    }
    assert!(house.messages().await[0].text.contains("738291"), "the development mailbox shows the code");
    assert!(esms.requests().is_empty() && server.mails().is_empty());
}

#[actix_web::test]
async fn a_code_whose_time_ran_out_is_not_sent() {
    let (esms, address) = gateway().await;
    let house = House::sms(address);
    house.tell(code(), by_phone("0905123456")).await;
    house.hours_later(1).await;
    let late = house.message().await;
    assert_eq!((late.state, late.remark.as_deref()), (NoticeState::Failed, Some("hết hạn trước khi gửi được")));
    assert!(esms.requests().is_empty() && house.dead().await.is_empty());
    assert!(!late.text.contains("738291"));
}

#[actix_web::test]
async fn a_mail_goes_out_by_smtp_whole_and_with_the_jobs_id() {
    let server = SmtpServer::start();
    let house = House::mail(&server);
    house.tell(changed(), by_mail()).await;
    let job = house.t.db.read(|c| outbox::health(c, noon())).await.unwrap();
    assert_eq!(job.waiting.len(), 1);
    house.worker().run_due().await;

    let mails = server.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].from.contains("<khong-tra-loi@motcua.example>") && mails[0].to.contains("<blo@example.org>"));
    assert!(mails[0].text().starts_with("Kính gửi Ông/Bà Y Ƀlŏ Niê,"), "{}", mails[0].text());
    assert!(mails[0].text().contains("https://dichvucong.hue.example/quen-mat-khau"));
    assert!(mails[0].header("Message-ID").unwrap().ends_with("@dichvucong.hue.example>"));
    let sent = house.message().await;
    assert_eq!((sent.state, sent.provider.as_deref(), sent.remark), (NoticeState::Sent, Some("smtp"), None));
}

#[actix_web::test]
async fn a_mail_server_that_refuses_is_believed_and_a_busy_one_is_asked_again() {
    for (manner, state) in [
        (Manner::NobodyHere, NoticeState::Failed),
        (Manner::Busy, NoticeState::Queued),
        (Manner::WrongPassword, NoticeState::Queued),
    ] {
        let server = SmtpServer::start();
        let house = House::mail(&server);
        server.behave(manner);
        house.tell(changed(), by_mail()).await;
        house.worker().run_due().await;
        assert_eq!(house.message().await.state, state, "{manner:?}");
        server.behave(Manner::Accept);
        house.hours_later(1).await;
        let arrived = usize::from(state == NoticeState::Queued);
        assert_eq!(server.mails().len(), arrived, "{manner:?}");
    }
}

#[actix_web::test]
async fn a_mail_whose_answer_was_lost_is_sent_again_as_the_same_mail_and_says_so() {
    let server = SmtpServer::start();
    let house = House::mail(&server);
    server.behave(Manner::BreakAfterData);
    house.tell(changed(), by_mail()).await;
    house.worker().run_due().await;
    let waiting = house.message().await;
    assert_eq!(waiting.state, NoticeState::Queued);
    assert!(waiting.remark.unwrap().starts_with(MAYBE_SENT));
    server.behave(Manner::Accept);
    house.hours_later(1).await;

    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert!(!mails[0].text().contains("có thể đã được gửi trước đó"));
    assert!(mails[1].text().contains("có thể đã được gửi trước đó"), "{}", mails[1].text());
    let sent = house.message().await;
    assert_eq!((sent.state, sent.remark.as_deref()), (NoticeState::Sent, Some(MAYBE_SENT)));
}

#[actix_web::test]
async fn a_crash_between_claim_and_sending_loses_nothing_and_sends_once() {
    let (esms, address) = gateway().await;
    let house = House::sms(address);
    house.tell(changed(), by_phone("0905123456")).await;
    house.claimed_by_a_worker_that_dies().await;
    house.worker().run_due().await;
    assert!(esms.requests().is_empty(), "the lease holds");
    house.clock.set(noon().plus_minutes(3));
    house.worker().run_due().await;
    assert_eq!(esms.requests().len(), 1);
    let sent = house.message().await;
    assert_eq!((sent.state, sent.remark), (NoticeState::Sent, None));
}

#[actix_web::test]
async fn a_crash_between_sending_and_recording_pays_once_and_says_so() {
    let (esms, address) = gateway().await;
    let house = House::sms(address);
    house.tell(changed(), by_phone("0905123456")).await;
    let job = house.claimed_by_a_worker_that_dies().await;
    let lost: Answer = house.sender().run(job, noon()).await;
    drop(lost);
    assert_eq!(esms.taken(), 1, "the gateway has it, we do not know");
    assert_eq!(house.message().await.state, NoticeState::Sending);

    house.clock.set(noon().plus_minutes(3));
    house.worker().run_due().await;
    let asked = esms.requests();
    assert_eq!((asked.len(), esms.taken()), (2, 1), "asked twice under one id, taken once");
    assert_eq!(asked[0].request_id, asked[1].request_id);
    let sent = house.message().await;
    assert_eq!((sent.state, sent.remark.as_deref()), (NoticeState::Sent, Some(MAYBE_SENT)));
}

#[actix_web::test]
async fn a_crash_between_mailing_and_recording_repeats_the_same_mail_and_says_so() {
    let server = SmtpServer::start();
    let house = House::mail(&server);
    house.tell(changed(), by_mail()).await;
    let job = house.claimed_by_a_worker_that_dies().await;
    drop(house.sender().run(job, noon()).await);
    house.clock.set(noon().plus_minutes(3));
    house.worker().run_due().await;
    let mails = server.mails();
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].header("Message-ID"), mails[1].header("Message-ID"));
    assert!(mails[1].text().contains("có thể đã được gửi trước đó"));
    assert_eq!(house.message().await.remark.as_deref(), Some(MAYBE_SENT));
    house.hours_later(50).await;
    assert_eq!(server.mails().len(), 2, "recorded now, and never again");
}

//! `/tai-khoan`: who I am here, how I am reached, my password, my second factor, where I am signed in.

use actix_web::http::StatusCode;

use super::register::masked_phone;
use super::{at, field_text};
use crate::accounts::change_contact::{self, Begin, Confirm, ContactError};
use crate::accounts::change_password::{self, ChangeError};
use crate::accounts::codes::SendError;
use crate::accounts::notice::Place;
use crate::accounts::profile::{self, ProfileError, Update};
use crate::accounts::{Account, agencies, people, sessions, totp};
use crate::db;
use crate::kernel::{Lang, Role, SessionId, clock};
use crate::notifications::Channels;
use crate::templating::pages::account as pages;
use crate::templating::pages::auth::{Totp, TotpEnrol, VerifyCode};
use crate::templating::pages::parts::{FormError, Hidden, Input};
use crate::templating::{Arg, FlashKind};
use crate::web::form::{Fields, Posted};
use crate::web::{Error, Result, Visit, session};

/// What the forms of this page send.
#[derive(Default, serde::Deserialize)]
#[serde(default)]
pub struct Form {
    phone: String,
    email: String,
    current: String,
    password: String,
    session: String,
    code: String,
    /// `phone` or `email`: which of the two the code proves.
    place: String,
    otp: String,
    secret: String,
}

/// What is wrong with the page's forms.
#[derive(Default)]
struct Wrong {
    errors: Vec<FormError>,
    phone: Option<Input>,
    email: Option<Input>,
    current: Option<String>,
    new: Option<String>,
}

/// `GET /tai-khoan`
pub async fn show(visit: Visit) -> Result {
    let page = page(&visit, Wrong::default()).await?;
    visit.page(&page)
}

/// `GET /tai-khoan/mat-khau`: where an officer with a one-time password is led.
pub async fn password_page(visit: Visit) -> Result {
    let mut wrong = Wrong::default();
    if visit.signed_in()?.must_change_password {
        wrong.errors.push(at("current", &visit.text("password-first", &[])));
    }
    let page = page(&visit, wrong).await?;
    visit.page(&page)
}

/// `POST /tai-khoan/mat-khau`
pub async fn change_password(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let changed = change_password::change(&visit.means(), visit.signed_in()?, &form.current, &form.password).await;
    let mut wrong = Wrong::default();
    match changed {
        Ok(()) => {
            visit.say(FlashKind::Success, "password-changed", &[]);
            return visit.see_other("/tai-khoan");
        }
        Err(ChangeError::Wrong) => wrong.current = Some(visit.text("wrong-current", &[])),
        Err(ChangeError::Weak(weak)) => wrong.new = Some(field_text(&visit, "password", weak.code())),
        Err(ChangeError::Same) => wrong.new = Some(visit.text("wrong-same-password", &[])),
        Err(ChangeError::TooMany(wait)) => return Err(Error::too_many(seconds(wait))),
        Err(ChangeError::Hash(e)) => return Err(e.into()),
        Err(ChangeError::Db(e)) => return Err(e.into()),
    }
    wrong.errors.extend(wrong.current.iter().map(|text| at("current", text)));
    wrong.errors.extend(wrong.new.iter().map(|text| at("password", text)));
    let page = page(&visit, wrong).await?;
    visit.page_again(&page)
}

/// `POST /tai-khoan/phien`: ends a session elsewhere.
pub async fn end_session(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let (account, now) = (visit.signed_in()?.account, visit.now());
    let id: SessionId = form.session.parse().map_err(|_| Error::not_found())?;
    if !visit.app.db.write(move |tx| sessions::revoke(tx, account, id, now)).await? {
        return Err(Error::not_found());
    }
    if visit.signed_in()?.session == id {
        session::forget(&visit);
        return visit.see_other("/");
    }
    visit.say(FlashKind::Success, "session-ended", &[]);
    visit.see_other("/tai-khoan#phien")
}

/// `POST /tai-khoan/lien-he`: a new phone or address is proved by a code first; both are asked for in turn.
pub async fn change_contact(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let id = visit.signed_in()?.account;
    let account = visit.app.db.read(move |conn| people::by_id(conn, id)).await?;
    let same_phone = Place::phone(&form.phone).is_ok_and(|p| Some(text_of(&p)) == account.phone.as_deref());
    let same_email = account.email.as_deref().unwrap_or("").eq_ignore_ascii_case(form.email.trim());
    if !same_phone && !form.phone.trim().is_empty() {
        return send_code(&visit, "phone", &form).await;
    }
    if !same_email && !form.email.trim().is_empty() {
        return send_code(&visit, "email", &form).await;
    }
    visit.say(FlashKind::Info, "contact-same", &[]);
    visit.see_other("/tai-khoan")
}

/// `POST /tai-khoan/lien-he/xac-nhan`
pub async fn confirm_contact(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let (id, who, now) = (visit.signed_in()?.account, visit.actor.clone(), visit.now());
    let place = place(&form).ok_or_else(|| Error::bad_request("bad-request"))?;
    let cmd = Confirm::new(&visit.app.keys, id, place.clone(), &form.code);
    let confirmed = visit.app.db.write(move |tx| change_contact::confirm(tx, &who, &cmd, now)).await;
    if !confirmed.map_err(contact_error)? {
        let text = visit.text("wrong-code", &[]);
        let again = code_page(&form, &place);
        let page = VerifyCode { errors: vec![at("code", &text)], code: Input::wrong("", text), ..again };
        return visit.page_again(&page);
    }
    visit.say(FlashKind::Success, "contact-changed", &[]);
    visit.see_other("/tai-khoan")
}

/// `POST /tai-khoan/lien-he/gui-lai`
pub async fn resend_contact(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let which = if form.place == "email" { "email" } else { "phone" };
    send_code(&visit, which, &form).await
}

async fn send_code(visit: &Visit, which: &str, form: &Form) -> Result {
    let form = Form { place: which.into(), phone: form.phone.clone(), email: form.email.clone(), ..Form::default() };
    let Some(place) = place(&form) else {
        let text = field_text(visit, which, "invalid");
        let typed = if which == "phone" { &form.phone } else { &form.email };
        let input = Some(Input::wrong(typed.trim(), text.clone()));
        let (phone, email) = if which == "phone" { (input, None) } else { (None, input) };
        let wrong = Wrong { errors: vec![at(which, &text)], phone, email, ..Wrong::default() };
        let page = page(visit, wrong).await?;
        return visit.page_again(&page);
    };
    let (id, who, now) = (visit.signed_in()?.account, visit.actor.clone(), visit.now());
    let begin = Begin::new(&visit.app.keys, id, place.clone()).map_err(Error::internal)?;
    match visit.app.db.write(move |tx| change_contact::begin(tx, &who, &begin, now)).await {
        Ok(()) => visit.page(&code_page(&form, &place)),
        Err(ContactError::Send(SendError::TooSoon(wait))) => {
            let text = visit.text("code-too-soon", &[("seconds", Arg::Number(wait.as_secs().max(1)))]);
            visit.page_again(&VerifyCode { errors: vec![at("code", &text)], ..code_page(&form, &place) })
        }
        Err(e) => Err(contact_error(e)),
    }
}

fn place(form: &Form) -> Option<Place> {
    if form.place == "email" { Place::email(&form.email).ok() } else { Place::phone(&form.phone).ok() }
}

fn text_of(place: &Place) -> &str {
    match place {
        Place::Phone(text) | Place::Email(text) => text,
    }
}

fn code_page(form: &Form, place: &Place) -> VerifyCode {
    let hidden = |name: &str, value: &str| Hidden { name: name.into(), value: value.into() };
    VerifyCode {
        errors: Vec::new(),
        code: Input::default(),
        action: "/tai-khoan/lien-he/xac-nhan".into(),
        resend: "/tai-khoan/lien-he/gui-lai".into(),
        sent_to: match place {
            Place::Phone(phone) => masked_phone(phone),
            Place::Email(email) => email.clone(),
        },
        minutes: crate::accounts::Purpose::ChangePhone.lifetime().as_mins(),
        hidden: vec![hidden("place", &form.place), hidden("phone", &form.phone), hidden("email", &form.email)],
    }
}

fn contact_error(e: ContactError) -> Error {
    match e {
        ContactError::NotSignedIn => Error::sign_in_first(),
        ContactError::Send(SendError::TooSoon(wait)) => Error::too_many(seconds(wait)),
        ContactError::Send(SendError::Db(e)) | ContactError::Db(e) => e.into(),
    }
}

/// `GET /tai-khoan/xac-thuc-hai-lop`: a fresh secret to scan.
pub async fn second_factor_page(visit: Visit) -> Result {
    let who = visit.signed_in()?;
    let enrolment = totp::begin(&who.name).map_err(Error::internal)?;
    let kept = format!("{}\n{}", enrolment.secret, enrolment.uri);
    let sealed = visit.app.keys.seal_text(SECRET, &kept).map_err(Error::internal)?;
    visit.page(&enrol_page(enrolment.secret, enrolment.uri, sealed, None))
}

/// `POST /tai-khoan/xac-thuc-hai-lop`
pub async fn enrol_second_factor(visit: Visit, Posted(form): Posted<Form>) -> Result {
    let who = visit.signed_in()?;
    let kept = visit.app.keys.open_text(SECRET, &form.secret).unwrap_or_default();
    let Some((secret, url)) = kept.split_once('\n') else {
        return visit.see_other("/tai-khoan/xac-thuc-hai-lop");
    };
    let machine = clock::machine_now();
    let cmd = totp::Confirm::new(&visit.app.keys, secret, &form.otp, who.session, machine).map_err(Error::internal)?;
    let (actor, now, kind) = (visit.actor.clone(), visit.now(), who.account_kind);
    match visit.app.db.write(move |tx| totp::confirm(tx, &actor, &cmd, now)).await {
        Ok(()) => {
            visit.say(FlashKind::Success, "totp-set-up", &[]);
            visit.see_other(crate::web::next::or_start("/", kind))
        }
        Err(totp::ConfirmError::WrongCode) => {
            let text = visit.text("signin-otp-wrong", &[]);
            visit.page_again(&enrol_page(secret.into(), url.into(), form.secret.clone(), Some(text)))
        }
        Err(totp::ConfirmError::AlreadyEnrolled) => Err(Error::conflict("already-enrolled")),
        Err(totp::ConfirmError::NotSignedIn) => Err(Error::sign_in_first()),
        Err(totp::ConfirmError::Db(e)) => Err(e.into()),
    }
}

/// Binds the sealed secret to its use.
const SECRET: &str = "web.totp-enrolment";

fn enrol_page(secret: String, url: String, sealed: String, wrong: Option<String>) -> Totp {
    Totp {
        errors: wrong.iter().map(|text| at("code", text)).collect(),
        code: wrong.map_or_else(Input::default, |text| Input::wrong("", text)),
        action: "/tai-khoan/xac-thuc-hai-lop".into(),
        hidden: vec![Hidden { name: "secret".into(), value: sealed }],
        enrol: Some(TotpEnrol { url, secret }),
    }
}

fn seconds(wait: jiff::SignedDuration) -> u64 {
    u64::try_from(wait.as_secs()).unwrap_or(1)
}

/// Everything the page shows besides what is wrong with its forms.
async fn page(visit: &Visit, wrong: Wrong) -> Result<pages::Account> {
    let who = visit.signed_in()?;
    let (id, now) = (who.account, visit.now());
    let read = move |conn: &mut db::Conn| {
        let account = people::by_id(conn, id)?;
        let listed = sessions::list(conn, id, now)?;
        let rights = people::rights_of(conn, id, now)?;
        let ids: Vec<_> = rights.iter().map(|right| right.agency).collect();
        Ok::<_, db::Error>((account, listed, rights, agencies::by_ids(conn, &ids)?))
    };
    let (account, listed, rights, names) = visit.app.db.read(read).await?;
    let position = |role: Role, agency| {
        let name = names.iter().find(|a| a.id == agency).map_or("", |a| a.name.as_str());
        format!("{}, {name}", visit.text(&format!("role-{}", role.as_str()), &[]))
    };
    let session = |listed: &sessions::Listed| pages::Session {
        id: listed.id.to_string(),
        device: device(visit, listed.user_agent.as_deref()),
        last_seen: listed.last_seen_at,
        current: listed.id == who.session,
    };
    Ok(pages::Account {
        errors: wrong.errors,
        name: account.full_name.clone(),
        identity_number: number(visit, &account),
        date_of_birth: account.date_of_birth.map(|date| date.to_string()),
        level: visit.actor.officer().is_none().then_some(account.identity_level),
        positions: rights.iter().map(|right| position(right.role, right.agency)).collect(),
        phone: wrong.phone.unwrap_or_else(|| Input::of(account.phone.as_deref().map(national).unwrap_or_default())),
        email: wrong.email.unwrap_or_else(|| Input::of(account.email.unwrap_or_default())),
        current_password_error: wrong.current,
        new_password_error: wrong.new,
        sessions: listed.iter().map(session).collect(),
        channels: channels(account.channels),
        language: account.language.as_str().to_owned(),
        version: account.version,
    })
}

fn channels(of: Channels) -> Vec<pages::ChannelChoice> {
    let choice = |name: &str, chosen| pages::ChannelChoice { name: name.into(), chosen };
    vec![choice("sms", of.sms), choice("email", of.email)]
}

/// `POST /tai-khoan/thong-bao`: how I am told things, and in which language.
pub async fn change_channels(visit: Visit, Posted(form): Posted<Fields>) -> Result {
    let (id, who, now) = (visit.signed_in()?.account, visit.actor.clone(), visit.now());
    let language = Lang::parse(form.get("language")).unwrap_or_default();
    let chosen = Channels { sms: form.has("sms"), email: form.has("email") };
    let version = form.get("version").parse().map_err(|_| Error::bad_request("bad-request"))?;
    let saved = visit.app.db.write(move |tx| {
        let account = people::by_id(tx.conn(), id)?;
        let (address, representative) = (account.address, account.representative);
        profile::act(tx, &who, &Update { version, address, language, channels: chosen, representative }, now)
    });
    match saved.await {
        Ok(_) => {}
        Err(ProfileError::NotSignedIn) => return Err(Error::sign_in_first()),
        Err(ProfileError::Stale) => return Err(Error::new(StatusCode::PRECONDITION_FAILED, "stale")),
        Err(ProfileError::BadField(_)) => return Err(Error::bad_request("bad-request")),
        Err(ProfileError::Db(e)) => return Err(e.into()),
    }
    visit.keep_language(language);
    visit.say(FlashKind::Success, "account-saved", &[]);
    visit.see_other("/tai-khoan#kenh")
}

/// The account's own number, for its owner's eyes.
fn number(visit: &Visit, account: &Account) -> Option<String> {
    let party = account.party.open(&visit.app.keys);
    party.ok().and_then(|party| party.number().map(str::to_owned))
}

/// `+84912…` as people write it: `0912…`.
pub(in crate::web) fn national(phone: &str) -> String {
    phone.strip_prefix("+84").map_or_else(|| phone.to_owned(), |rest| format!("0{rest}"))
}

/// Browser and system in a few words; the whole description says more than anybody reads.
fn device(visit: &Visit, user_agent: Option<&str>) -> String {
    let Some(text) = user_agent else { return visit.text("device-unknown", &[]) };
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| text.contains(mark)).map(|(_, name)| *name);
    let browser = first(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("CocCoc", "Cốc Cốc"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => text.chars().take(40).collect(),
    }
}

//! The whole route table as data: method, address, who may. `tests/it/access.rs` walks it, [`super::gate`] enforces it.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::middleware::from_fn;
use actix_web::{Route, guard, web};

use super::account::{forgot, notices, register, security, sign_in};
use super::public::{catalogue, home, procedure, stats};
use super::{api, assets, counter, dev, finance, gate, health, pay, portal};
use crate::kernel::Role;
use crate::office::permission::MONEY;

/// Who may use an address at all. Whether one dossier or account is theirs is decided by the use case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    Anyone,
    /// Any account.
    SignedIn,
    /// A citizen's or business's account.
    Citizen,
    /// An officer who has one of these roles somewhere; with none named, any officer.
    Officer(&'static [Role]),
    /// This machine, or the bearer of `metrics.token`.
    Operator,
    /// Anyone, in the profiles development and test only; elsewhere the address doesn't exist.
    Development,
    /// Another system that proves itself in the message (a payment gateway): no session, no CSRF token.
    Machine,
}

/// One line of the table.
pub struct Rule {
    pub method: Method,
    pub pattern: &'static str,
    pub who: Who,
    handler: fn() -> Route,
}

impl Rule {
    /// Whether this is part of the JSON API: bearer tokens, problem+json.
    pub fn is_api(&self) -> bool {
        is_api(self.pattern)
    }
}

/// Whether an address is of the JSON API.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// A line of the table: `rule!(GET "/x", Who::Anyone, module::handler)`.
macro_rules! rule {
    ($method:ident $pattern:literal, $who:expr, $handler:path) => {
        Rule { method: Method::$method, pattern: $pattern, who: $who, handler: || web::to($handler) }
    };
}

static TABLE: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let pages =
        [public_pages(), operations(), signing_in(), own_account(), filing(), own_dossiers(), paying(), looking_up()];
    pages
        .into_iter()
        .chain([development(), api(), api_dossiers(), api_office(), money(), office(), at_counter()])
        .flatten()
        .collect()
});

/// Every address there is. Addresses of one pattern stand together.
pub fn table() -> &'static [Rule] {
    &TABLE
}

/// First: most visitors ask for these, and addresses are compared in order.
fn public_pages() -> Vec<Rule> {
    vec![
        rule!(GET "/", Who::Anyone, home::show),
        rule!(GET "/thu-tuc", Who::Anyone, catalogue::show),
        rule!(GET "/thu-tuc/goi-y", Who::Anyone, catalogue::suggest),
        rule!(GET "/thu-tuc/{code}", Who::Anyone, procedure::show),
        rule!(GET "/thu-tuc/{code}/in", Who::Anyone, procedure::sheet),
        rule!(GET "/thu-tuc/{code}/in.pdf", Who::Anyone, procedure::sheet_pdf),
        rule!(GET "/thong-ke", Who::Anyone, stats::show),
        rule!(GET "/du-lieu-mo", Who::Anyone, stats::open_data),
        rule!(GET "/du-lieu-mo/thong-ke.csv", Who::Anyone, stats::csv),
        rule!(GET "/api/v1/stats/kpi", Who::Anyone, api::stats::kpi),
    ]
}

fn operations() -> Vec<Rule> {
    vec![
        rule!(GET "/health/live", Who::Anyone, health::live),
        rule!(GET "/health/ready", Who::Anyone, health::ready),
        rule!(GET "/metrics", Who::Operator, health::metrics),
        rule!(GET "/static/{path:.*}", Who::Anyone, assets::show),
    ]
}

fn signing_in() -> Vec<Rule> {
    vec![
        rule!(GET "/dang-nhap", Who::Anyone, sign_in::show),
        rule!(POST "/dang-nhap", Who::Anyone, sign_in::submit),
        rule!(POST "/dang-nhap/chon", Who::Anyone, sign_in::choose),
        rule!(POST "/dang-nhap/ma-xac-thuc", Who::Anyone, sign_in::second_factor),
        rule!(GET "/dang-xuat", Who::Anyone, sign_in::sign_out_page),
        rule!(POST "/dang-xuat", Who::Anyone, sign_in::sign_out),
        rule!(GET "/dang-ky", Who::Anyone, register::show),
        rule!(POST "/dang-ky", Who::Anyone, register::submit),
        rule!(GET "/dang-ky/xac-nhan", Who::Anyone, register::waiting),
        rule!(POST "/dang-ky/xac-nhan", Who::Anyone, register::verify_code),
        rule!(POST "/dang-ky/gui-lai", Who::Anyone, register::resend),
        rule!(GET "/quen-mat-khau", Who::Anyone, forgot::show),
        rule!(POST "/quen-mat-khau", Who::Anyone, forgot::submit),
        rule!(POST "/quen-mat-khau/dat-lai", Who::Anyone, forgot::finish),
    ]
}

fn own_account() -> Vec<Rule> {
    vec![
        rule!(GET "/tai-khoan", Who::SignedIn, security::show),
        rule!(GET "/tai-khoan/mat-khau", Who::SignedIn, security::password_page),
        rule!(POST "/tai-khoan/mat-khau", Who::SignedIn, security::change_password),
        rule!(POST "/tai-khoan/thong-bao", Who::SignedIn, security::change_channels),
        rule!(POST "/tai-khoan/phien", Who::SignedIn, security::end_session),
        rule!(POST "/tai-khoan/lien-he", Who::SignedIn, security::change_contact),
        rule!(POST "/tai-khoan/lien-he/xac-nhan", Who::SignedIn, security::confirm_contact),
        rule!(POST "/tai-khoan/lien-he/gui-lai", Who::SignedIn, security::resend_contact),
        rule!(GET "/tai-khoan/xac-thuc-hai-lop", Who::SignedIn, security::second_factor_page),
        rule!(POST "/tai-khoan/xac-thuc-hai-lop", Who::SignedIn, security::enrol_second_factor),
        rule!(GET "/thong-bao", Who::SignedIn, notices::show),
        rule!(POST "/thong-bao/da-doc", Who::SignedIn, notices::read_all),
        rule!(GET "/nhat-ky-truy-cap", Who::SignedIn, notices::access_log),
    ]
}

fn filing() -> Vec<Rule> {
    use portal::{begin, check, delivery, fees, papers, section, tasks};
    vec![
        rule!(GET "/nop-ho-so/{code}", Who::Citizen, begin::show),
        rule!(POST "/nop-ho-so/{code}", Who::Citizen, begin::submit),
        rule!(POST "/ho-so/{name}/xoa", Who::Citizen, tasks::discard),
        rule!(GET "/ho-so/{name}/to-khai/{section}", Who::Citizen, section::show),
        rule!(POST "/ho-so/{name}/to-khai/{section}", Who::Citizen, section::save),
        rule!(GET "/ho-so/{name}/giay-to", Who::Citizen, papers::show),
        rule!(POST "/ho-so/{name}/giay-to", Who::Citizen, papers::save),
        rule!(POST "/ho-so/{name}/giay-to/tep", Who::Citizen, papers::one_file),
        rule!(GET "/ho-so/{name}/nhan-ket-qua", Who::Citizen, delivery::show),
        rule!(POST "/ho-so/{name}/nhan-ket-qua", Who::Citizen, delivery::save),
        rule!(GET "/ho-so/{name}/phi", Who::Citizen, fees::show),
        rule!(POST "/ho-so/{name}/phi", Who::Citizen, fees::claim),
        rule!(GET "/ho-so/{name}/kiem-tra", Who::Citizen, check::show),
        rule!(POST "/ho-so/{name}/nop", Who::Citizen, check::submit),
        rule!(GET "/ho-so/{name}/da-nop", Who::Citizen, check::confirmation),
    ]
}

fn own_dossiers() -> Vec<Rule> {
    use portal::{acts, data_store, dossier, files, list, supplement};
    vec![
        rule!(GET "/ho-so", Who::Citizen, list::show),
        rule!(GET "/ho-so/{name}", Who::Citizen, dossier::show),
        rule!(GET "/ho-so/{name}/bo-sung", Who::Citizen, supplement::show),
        rule!(POST "/ho-so/{name}/bo-sung", Who::Citizen, supplement::send),
        rule!(POST "/ho-so/{name}/rut", Who::Citizen, acts::withdraw),
        rule!(POST "/ho-so/{name}/tin-nhan", Who::Citizen, acts::message),
        rule!(POST "/ho-so/{name}/xac-nhan-du-thao", Who::Citizen, acts::confirm_draft),
        rule!(POST "/ho-so/{name}/danh-gia", Who::Citizen, acts::rate),
        rule!(GET "/ho-so/{name}/giay-to/{document}", Who::Citizen, files::attachment),
        rule!(GET "/ho-so/{name}/giay/{form}.pdf", Who::Citizen, files::paper),
        rule!(GET "/ho-so/{name}/ket-qua/{result}", Who::Citizen, files::result),
        rule!(GET "/kho-du-lieu", Who::Citizen, data_store::show),
        rule!(GET "/kho-du-lieu/{document}", Who::Citizen, files::kept),
    ]
}

fn paying() -> Vec<Rule> {
    use pay::{begin, link, platform, receipt, transfer, vnpay};
    vec![
        rule!(GET "/ho-so/{name}/thanh-toan", Who::Citizen, begin::show),
        rule!(POST "/ho-so/{name}/thanh-toan", Who::Citizen, begin::submit),
        rule!(GET "/ho-so/{name}/bien-lai/{file}", Who::Citizen, receipt::citizens),
        rule!(GET "/can-bo/ho-so/{name}/bien-lai/{file}", Who::Officer(&[]), receipt::officers),
        rule!(GET "/nop-ho/{token}", Who::Anyone, link::show),
        rule!(POST "/nop-ho/{token}", Who::Anyone, link::submit),
        rule!(GET "/thanh-toan/vnpay/return", Who::Anyone, vnpay::back),
        rule!(GET "/thanh-toan/vnpay/ipn", Who::Machine, vnpay::ipn),
        rule!(GET "/thanh-toan/platform/return", Who::Anyone, platform::back),
        rule!(GET "/thanh-toan/vietqr/{reference}", Who::Anyone, transfer::show),
        rule!(POST "/thanh-toan/vietqr/{reference}", Who::Anyone, transfer::sent),
        rule!(GET "/thanh-toan/vietqr/{reference}/ma-qr.png", Who::Anyone, transfer::picture),
        rule!(POST "/api/v1/payments/bank_notices/{bank}", Who::Machine, api::bank_notices::hear),
    ]
}

fn looking_up() -> Vec<Rule> {
    vec![
        rule!(GET "/tra-cuu", Who::Anyone, portal::tracking::show),
        rule!(GET "/xac-thuc/{token}", Who::Anyone, portal::verify::show),
        rule!(GET "/don-vi-hanh-chinh/{province}", Who::Anyone, portal::units::communes),
        rule!(GET "/api/v1/tracking/{code}", Who::Anyone, api::tracking::track),
        rule!(GET "/api/v1/results/{token}", Who::Anyone, api::tracking::verify),
    ]
}

fn api_dossiers() -> Vec<Rule> {
    use api::{dossier_acts as acts, dossier_files as files, dossiers};
    vec![
        rule!(GET "/api/v1/dossiers", Who::Citizen, dossiers::list),
        rule!(POST "/api/v1/dossiers", Who::Citizen, dossiers::create),
        rule!(GET "/api/v1/dossiers/{name}", Who::Citizen, dossiers::show),
        rule!(PATCH "/api/v1/dossiers/{name}", Who::Citizen, dossiers::patch),
        rule!(DELETE "/api/v1/dossiers/{name}", Who::Citizen, dossiers::discard),
        rule!(POST "/api/v1/dossiers/{name}/submit", Who::Citizen, dossiers::submit),
        rule!(GET "/api/v1/dossiers/{name}/events", Who::Citizen, dossiers::events),
        rule!(POST "/api/v1/dossiers/{name}/attachments", Who::Citizen, files::attach),
        rule!(GET "/api/v1/dossiers/{name}/attachments/{document}", Who::Citizen, files::attachment),
        rule!(DELETE "/api/v1/dossiers/{name}/attachments/{document}", Who::Citizen, files::detach),
        rule!(GET "/api/v1/dossiers/{name}/papers/{form}", Who::Citizen, files::paper),
        rule!(GET "/api/v1/dossiers/{name}/results/{result}", Who::Citizen, files::result),
        rule!(POST "/api/v1/dossiers/{name}/supplement", Who::Citizen, acts::supplement),
        rule!(POST "/api/v1/dossiers/{name}/withdraw", Who::Citizen, acts::withdraw),
        rule!(POST "/api/v1/dossiers/{name}/confirm_draft", Who::Citizen, acts::confirm_draft),
        rule!(GET "/api/v1/dossiers/{name}/messages", Who::Citizen, acts::messages),
        rule!(POST "/api/v1/dossiers/{name}/messages", Who::Citizen, acts::message),
        rule!(POST "/api/v1/dossiers/{name}/rating", Who::Citizen, acts::rate),
        rule!(POST "/api/v1/dossiers/{name}/payments", Who::Citizen, api::payments::begin),
        rule!(GET "/api/v1/dossiers/{name}/receipts/{file}", Who::Citizen, api::payments::receipt),
    ]
}

/// Before the office: an act upon a dossier has any name.
fn money() -> Vec<Rule> {
    use finance::{ask, closing, held, refunds, report, statements};
    const MONEY: Who = Who::Officer(&self::MONEY);
    const CASHIER: Who = Who::Officer(&[Role::Clerk, Role::Records]);
    vec![
        rule!(GET "/can-bo/tai-chinh", MONEY, held::list),
        rule!(GET "/can-bo/tai-chinh/cho-xu-ly/{id}", MONEY, held::show),
        rule!(POST "/can-bo/tai-chinh/cho-xu-ly/{id}", MONEY, held::settle),
        rule!(GET "/can-bo/tai-chinh/hoan-tien", MONEY, refunds::list),
        rule!(GET "/can-bo/tai-chinh/hoan-tien/{id}", MONEY, refunds::show),
        rule!(POST "/can-bo/tai-chinh/hoan-tien/{id}", MONEY, refunds::decide),
        rule!(GET "/can-bo/tai-chinh/sao-ke", MONEY, statements::list),
        rule!(POST "/can-bo/tai-chinh/sao-ke", MONEY, statements::import),
        rule!(GET "/can-bo/tai-chinh/sao-ke/{id}", MONEY, statements::show),
        rule!(POST "/can-bo/tai-chinh/sao-ke/{id}", MONEY, statements::settle),
        rule!(GET "/can-bo/tai-chinh/da-thu", MONEY, report::show),
        rule!(GET "/can-bo/tai-chinh/da-thu.csv", MONEY, report::csv),
        rule!(GET "/can-bo/tai-chinh/bien-lai.csv", MONEY, report::receipts),
        rule!(GET "/can-bo/tai-chinh/tong-hop-bien-lai.xml", MONEY, report::summary),
        rule!(GET "/can-bo/tai-chinh/chot-quy", MONEY, closing::show),
        rule!(POST "/can-bo/tai-chinh/chot-quy", CASHIER, closing::close),
        rule!(GET "/can-bo/ho-so/{name}/hoan-phi", MONEY, ask::show),
        rule!(POST "/can-bo/ho-so/{name}/hoan-phi", MONEY, ask::submit),
    ]
}

fn office() -> Vec<Rule> {
    use counter::{acts, draft, files, list, papers, workspace};
    vec![
        rule!(GET "/can-bo", Who::Officer(&[]), list::show),
        rule!(GET "/can-bo/ky", Who::Officer(&[]), list::signing),
        rule!(GET "/can-bo/tra-ket-qua", Who::Officer(&[]), list::handing_over),
        rule!(GET "/can-bo/ho-so/{name}", Who::Officer(&[]), workspace::show),
        rule!(GET "/can-bo/ho-so/{name}/du-thao", Who::Officer(&[]), draft::show),
        rule!(POST "/can-bo/ho-so/{name}/du-thao", Who::Officer(&[]), draft::save),
        rule!(GET "/can-bo/ho-so/{name}/giay/{form}", Who::Officer(&[]), files::paper),
        rule!(GET "/can-bo/ho-so/{name}/tep/{document}", Who::Officer(&[]), files::attachment),
        rule!(GET "/can-bo/ho-so/{name}/ket-qua/{result}", Who::Officer(&[]), files::result),
        rule!(GET "/can-bo/ho-so/{name}/quet", Who::Officer(&[Role::Clerk]), papers::supplement),
        rule!(POST "/can-bo/ho-so/{name}/quet", Who::Officer(&[Role::Clerk]), papers::take_supplement),
        rule!(GET "/can-bo/ho-so/{name}/thong-bao", Who::Officer(&[]), counter::notice::show),
        rule!(POST "/can-bo/ho-so/{name}/thong-bao", Who::Officer(&[]), counter::notice::save),
        rule!(POST "/can-bo/ho-so/{name}/{action}", Who::Officer(&[]), acts::submit),
    ]
}

fn at_counter() -> Vec<Rule> {
    use counter::{filing, finish, papers};
    const CLERK: Who = Who::Officer(&[Role::Clerk]);
    vec![
        rule!(GET "/can-bo/tiep-nhan", CLERK, filing::person),
        rule!(POST "/can-bo/tiep-nhan", CLERK, filing::choose_person),
        rule!(GET "/can-bo/tiep-nhan/thu-tuc", CLERK, filing::procedure),
        rule!(POST "/can-bo/tiep-nhan/thu-tuc", CLERK, filing::begin),
        rule!(GET "/can-bo/tiep-nhan/{name}/to-khai", CLERK, filing::form),
        rule!(POST "/can-bo/tiep-nhan/{name}/to-khai", CLERK, filing::save_form),
        rule!(GET "/can-bo/tiep-nhan/{name}/giay-to", CLERK, papers::show),
        rule!(POST "/can-bo/tiep-nhan/{name}/giay-to", CLERK, papers::save),
        rule!(GET "/can-bo/tiep-nhan/{name}/tiep-nhan", CLERK, finish::show),
        rule!(POST "/can-bo/tiep-nhan/{name}/tiep-nhan", CLERK, finish::accept),
    ]
}

fn api_office() -> Vec<Rule> {
    use api::{office, office_acts, office_filing};
    vec![
        rule!(GET "/api/v1/office/queues", Who::Officer(&[]), office::queues),
        rule!(GET "/api/v1/office/dossiers", Who::Officer(&[]), office::list),
        rule!(POST "/api/v1/office/dossiers", Who::Officer(&[Role::Clerk]), office_filing::create),
        rule!(GET "/api/v1/office/dossiers/{name}", Who::Officer(&[]), office::show),
        rule!(PATCH "/api/v1/office/dossiers/{name}", Who::Officer(&[Role::Clerk]), office_filing::patch),
        rule!(POST "/api/v1/office/dossiers/{name}/submit", Who::Officer(&[Role::Clerk]), office_filing::submit),
        rule!(POST "/api/v1/office/dossiers/{name}/attachments", Who::Officer(&[Role::Clerk]), office_filing::attach),
        rule!(POST "/api/v1/office/dossiers/{name}/notice_scan", Who::Officer(&[]), api::obligations::scan),
        rule!(GET "/api/v1/office/dossiers/{name}/events", Who::Officer(&[]), office::events),
        rule!(GET "/api/v1/office/dossiers/{name}/papers/{form}", Who::Officer(&[]), office::paper),
        rule!(GET "/api/v1/office/dossiers/{name}/attachments/{document}", Who::Officer(&[]), office::attachment),
        rule!(GET "/api/v1/office/dossiers/{name}/results/{result}", Who::Officer(&[]), office::result),
        rule!(GET "/api/v1/office/dossiers/{name}/receipts/{file}", Who::Officer(&[]), api::payments::office_receipt),
        rule!(POST "/api/v1/office/dossiers/{name}/actions/{action}", Who::Officer(&[]), office_acts::act),
    ]
}

fn development() -> Vec<Rule> {
    vec![
        rule!(GET "/phat-trien/hop-thu", Who::Development, dev::mailbox),
        rule!(GET "/phat-trien/thanh-phan", Who::Development, dev::components),
        rule!(GET "/api/v1/dev/outbox", Who::Development, dev::outbox),
    ]
}

fn api() -> Vec<Rule> {
    vec![
        rule!(GET "/api/openapi.json", Who::Anyone, api::openapi::document),
        rule!(GET "/api/docs", Who::Anyone, api::openapi::page),
        rule!(POST "/api/v1/auth/register", Who::Anyone, api::auth::register),
        rule!(POST "/api/v1/auth/verify", Who::Anyone, api::auth::verify),
        rule!(POST "/api/v1/auth/login", Who::Anyone, api::auth::login),
        rule!(POST "/api/v1/auth/logout", Who::SignedIn, api::auth::logout),
        rule!(GET "/api/v1/procedures", Who::Anyone, api::procedures::list),
        rule!(GET "/api/v1/procedures/{code}", Who::Anyone, api::procedures::show),
        rule!(GET "/api/v1/me", Who::SignedIn, api::me::show),
    ]
}

/// Registers the table: one resource a pattern, each behind the gate with its own rules.
pub(super) fn configure(config: &mut web::ServiceConfig) {
    for rules in table().chunk_by(|a, b| a.pattern == b.pattern) {
        let Some(first) = rules.first() else { continue };
        let mut resource = web::resource(first.pattern);
        for rule in rules {
            resource = resource.route(match rule.method {
                // HEAD is GET without its body; the server drops the body.
                Method::GET => (rule.handler)().guard(guard::Any(guard::Get()).or(guard::Head())),
                ref method => (rule.handler)().method(method.clone()),
            });
        }
        config.service(resource.wrap(from_fn(move |req, next| gate::gate(rules, req, next))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_stand_together_and_methods_once() {
        let mut seen = std::collections::HashSet::new();
        for rules in table().chunk_by(|a, b| a.pattern == b.pattern) {
            assert!(seen.insert(rules[0].pattern), "{} stands in two places of the table", rules[0].pattern);
            let mut methods = std::collections::HashSet::new();
            assert!(rules.iter().all(|r| methods.insert(r.method.clone())), "{} twice", rules[0].pattern);
        }
    }
}

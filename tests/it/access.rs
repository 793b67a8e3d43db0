//! Every route × every kind of visitor. A new route without an expectation here fails.

use actix_web::http::Method;
use motcua::accounts::create_officer::{self, CreateOfficer};
use motcua::accounts::{Agency, agencies, seal, totp};
use motcua::kernel::national::{Party, PersonalNumber};
use motcua::kernel::{Actor, AgencyId, Lang, Role, clock};
use motcua::web::routes::table;

use crate::support::app::{AN, PASSWORD, TestApp, Visitor};
use crate::support::html::Form;

/// Who may use an address at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    Anyone,
    SignedIn,
    Citizen,
    /// Any officer.
    Officer,
    /// Officers with this role.
    Only(Role),
    /// Officers who look after money.
    Money,
    /// Officers who take cash.
    Cash,
    /// This machine.
    Operator,
}

/// Who takes money, who lets it go back, and who oversees: written out, as the product must not grade itself.
const MONEY: [Role; 5] = [Role::Clerk, Role::Records, Role::Approver, Role::Head, Role::Auditor];

/// The expectations, in the order of the table.
const EXPECTED: &[(&str, &str, May)] = &[
    ("GET", "/", May::Anyone),
    ("GET", "/thu-tuc", May::Anyone),
    ("GET", "/thu-tuc/goi-y", May::Anyone),
    ("GET", "/thu-tuc/{code}", May::Anyone),
    ("GET", "/thu-tuc/{code}/in", May::Anyone),
    ("GET", "/thu-tuc/{code}/in.pdf", May::Anyone),
    ("GET", "/thong-ke", May::Anyone),
    ("GET", "/du-lieu-mo", May::Anyone),
    ("GET", "/du-lieu-mo/thong-ke.csv", May::Anyone),
    ("GET", "/api/v1/stats/kpi", May::Anyone),
    ("GET", "/health/live", May::Anyone),
    ("GET", "/health/ready", May::Anyone),
    ("GET", "/metrics", May::Operator),
    ("GET", "/static/{path:.*}", May::Anyone),
    ("GET", "/dang-nhap", May::Anyone),
    ("POST", "/dang-nhap", May::Anyone),
    ("POST", "/dang-nhap/chon", May::Anyone),
    ("POST", "/dang-nhap/ma-xac-thuc", May::Anyone),
    ("GET", "/dang-xuat", May::Anyone),
    ("POST", "/dang-xuat", May::Anyone),
    ("GET", "/dang-ky", May::Anyone),
    ("POST", "/dang-ky", May::Anyone),
    ("GET", "/dang-ky/xac-nhan", May::Anyone),
    ("POST", "/dang-ky/xac-nhan", May::Anyone),
    ("POST", "/dang-ky/gui-lai", May::Anyone),
    ("GET", "/quen-mat-khau", May::Anyone),
    ("POST", "/quen-mat-khau", May::Anyone),
    ("POST", "/quen-mat-khau/dat-lai", May::Anyone),
    ("GET", "/tai-khoan", May::SignedIn),
    ("GET", "/tai-khoan/mat-khau", May::SignedIn),
    ("POST", "/tai-khoan/mat-khau", May::SignedIn),
    ("POST", "/tai-khoan/thong-bao", May::SignedIn),
    ("POST", "/tai-khoan/phien", May::SignedIn),
    ("POST", "/tai-khoan/lien-he", May::SignedIn),
    ("POST", "/tai-khoan/lien-he/xac-nhan", May::SignedIn),
    ("POST", "/tai-khoan/lien-he/gui-lai", May::SignedIn),
    ("GET", "/tai-khoan/xac-thuc-hai-lop", May::SignedIn),
    ("POST", "/tai-khoan/xac-thuc-hai-lop", May::SignedIn),
    ("GET", "/thong-bao", May::SignedIn),
    ("POST", "/thong-bao/da-doc", May::SignedIn),
    ("GET", "/nhat-ky-truy-cap", May::SignedIn),
    ("GET", "/nop-ho-so/{code}", May::Citizen),
    ("POST", "/nop-ho-so/{code}", May::Citizen),
    ("POST", "/ho-so/{name}/xoa", May::Citizen),
    ("GET", "/ho-so/{name}/to-khai/{section}", May::Citizen),
    ("POST", "/ho-so/{name}/to-khai/{section}", May::Citizen),
    ("GET", "/ho-so/{name}/giay-to", May::Citizen),
    ("POST", "/ho-so/{name}/giay-to", May::Citizen),
    ("POST", "/ho-so/{name}/giay-to/tep", May::Citizen),
    ("GET", "/ho-so/{name}/nhan-ket-qua", May::Citizen),
    ("POST", "/ho-so/{name}/nhan-ket-qua", May::Citizen),
    ("GET", "/ho-so/{name}/phi", May::Citizen),
    ("POST", "/ho-so/{name}/phi", May::Citizen),
    ("GET", "/ho-so/{name}/kiem-tra", May::Citizen),
    ("POST", "/ho-so/{name}/nop", May::Citizen),
    ("GET", "/ho-so/{name}/da-nop", May::Citizen),
    ("GET", "/ho-so", May::Citizen),
    ("GET", "/ho-so/{name}", May::Citizen),
    ("GET", "/ho-so/{name}/bo-sung", May::Citizen),
    ("POST", "/ho-so/{name}/bo-sung", May::Citizen),
    ("POST", "/ho-so/{name}/rut", May::Citizen),
    ("POST", "/ho-so/{name}/tin-nhan", May::Citizen),
    ("POST", "/ho-so/{name}/xac-nhan-du-thao", May::Citizen),
    ("POST", "/ho-so/{name}/danh-gia", May::Citizen),
    ("GET", "/ho-so/{name}/giay-to/{document}", May::Citizen),
    ("GET", "/ho-so/{name}/giay/{form}.pdf", May::Citizen),
    ("GET", "/ho-so/{name}/ket-qua/{result}", May::Citizen),
    ("GET", "/kho-du-lieu", May::Citizen),
    ("GET", "/kho-du-lieu/{document}", May::Citizen),
    ("GET", "/ho-so/{name}/thanh-toan", May::Citizen),
    ("POST", "/ho-so/{name}/thanh-toan", May::Citizen),
    ("GET", "/ho-so/{name}/bien-lai/{file}", May::Citizen),
    ("GET", "/can-bo/ho-so/{name}/bien-lai/{file}", May::Officer),
    ("GET", "/can-bo/tai-chinh", May::Money),
    ("GET", "/can-bo/tai-chinh/cho-xu-ly/{id}", May::Money),
    ("POST", "/can-bo/tai-chinh/cho-xu-ly/{id}", May::Money),
    ("GET", "/can-bo/tai-chinh/hoan-tien", May::Money),
    ("GET", "/can-bo/tai-chinh/hoan-tien/{id}", May::Money),
    ("POST", "/can-bo/tai-chinh/hoan-tien/{id}", May::Money),
    ("GET", "/can-bo/tai-chinh/sao-ke", May::Money),
    ("POST", "/can-bo/tai-chinh/sao-ke", May::Money),
    ("GET", "/can-bo/tai-chinh/sao-ke/{id}", May::Money),
    ("POST", "/can-bo/tai-chinh/sao-ke/{id}", May::Money),
    ("GET", "/can-bo/tai-chinh/da-thu", May::Money),
    ("GET", "/can-bo/tai-chinh/da-thu.csv", May::Money),
    ("GET", "/can-bo/tai-chinh/bien-lai.csv", May::Money),
    ("GET", "/can-bo/tai-chinh/tong-hop-bien-lai.xml", May::Money),
    ("GET", "/can-bo/tai-chinh/chot-quy", May::Money),
    ("POST", "/can-bo/tai-chinh/chot-quy", May::Cash),
    ("GET", "/can-bo/ho-so/{name}/hoan-phi", May::Money),
    ("POST", "/can-bo/ho-so/{name}/hoan-phi", May::Money),
    ("GET", "/nop-ho/{token}", May::Anyone),
    ("POST", "/nop-ho/{token}", May::Anyone),
    ("GET", "/thanh-toan/vnpay/return", May::Anyone),
    ("GET", "/thanh-toan/vnpay/ipn", May::Anyone),
    ("GET", "/thanh-toan/platform/return", May::Anyone),
    ("GET", "/thanh-toan/vietqr/{reference}", May::Anyone),
    ("POST", "/thanh-toan/vietqr/{reference}", May::Anyone),
    ("GET", "/thanh-toan/vietqr/{reference}/ma-qr.png", May::Anyone),
    ("POST", "/api/v1/payments/bank_notices/{bank}", May::Anyone),
    ("GET", "/tra-cuu", May::Anyone),
    ("GET", "/xac-thuc/{token}", May::Anyone),
    ("GET", "/don-vi-hanh-chinh/{province}", May::Anyone),
    ("GET", "/api/v1/tracking/{code}", May::Anyone),
    ("GET", "/api/v1/results/{token}", May::Anyone),
    ("GET", "/api/v1/dossiers", May::Citizen),
    ("POST", "/api/v1/dossiers", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}", May::Citizen),
    ("PATCH", "/api/v1/dossiers/{name}", May::Citizen),
    ("DELETE", "/api/v1/dossiers/{name}", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/submit", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/events", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/attachments", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/attachments/{document}", May::Citizen),
    ("DELETE", "/api/v1/dossiers/{name}/attachments/{document}", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/papers/{form}", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/results/{result}", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/supplement", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/withdraw", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/confirm_draft", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/messages", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/messages", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/rating", May::Citizen),
    ("POST", "/api/v1/dossiers/{name}/payments", May::Citizen),
    ("GET", "/api/v1/dossiers/{name}/receipts/{file}", May::Citizen),
    ("GET", "/api/v1/office/dossiers/{name}/receipts/{file}", May::Officer),
    ("GET", "/api/v1/office/queues", May::Officer),
    ("GET", "/api/v1/office/dossiers", May::Officer),
    ("POST", "/api/v1/office/dossiers", May::Only(Role::Clerk)),
    ("GET", "/api/v1/office/dossiers/{name}", May::Officer),
    ("GET", "/api/v1/office/dossiers/{name}/events", May::Officer),
    ("PATCH", "/api/v1/office/dossiers/{name}", May::Only(Role::Clerk)),
    ("POST", "/api/v1/office/dossiers/{name}/submit", May::Only(Role::Clerk)),
    ("POST", "/api/v1/office/dossiers/{name}/attachments", May::Only(Role::Clerk)),
    ("POST", "/api/v1/office/dossiers/{name}/notice_scan", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/thong-bao", May::Officer),
    ("POST", "/can-bo/ho-so/{name}/thong-bao", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/quet", May::Only(Role::Clerk)),
    ("POST", "/can-bo/ho-so/{name}/quet", May::Only(Role::Clerk)),
    ("GET", "/api/v1/office/dossiers/{name}/papers/{form}", May::Officer),
    ("GET", "/api/v1/office/dossiers/{name}/attachments/{document}", May::Officer),
    ("GET", "/api/v1/office/dossiers/{name}/results/{result}", May::Officer),
    ("POST", "/api/v1/office/dossiers/{name}/actions/{action}", May::Officer),
    ("GET", "/can-bo", May::Officer),
    ("GET", "/can-bo/ky", May::Officer),
    ("GET", "/can-bo/tra-ket-qua", May::Officer),
    ("GET", "/can-bo/ho-so/{name}", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/du-thao", May::Officer),
    ("POST", "/can-bo/ho-so/{name}/du-thao", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/giay/{form}", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/tep/{document}", May::Officer),
    ("GET", "/can-bo/ho-so/{name}/ket-qua/{result}", May::Officer),
    ("POST", "/can-bo/ho-so/{name}/{action}", May::Officer),
    ("GET", "/can-bo/tiep-nhan", May::Only(Role::Clerk)),
    ("POST", "/can-bo/tiep-nhan", May::Only(Role::Clerk)),
    ("GET", "/can-bo/tiep-nhan/thu-tuc", May::Only(Role::Clerk)),
    ("POST", "/can-bo/tiep-nhan/thu-tuc", May::Only(Role::Clerk)),
    ("GET", "/can-bo/tiep-nhan/{name}/to-khai", May::Only(Role::Clerk)),
    ("POST", "/can-bo/tiep-nhan/{name}/to-khai", May::Only(Role::Clerk)),
    ("GET", "/can-bo/tiep-nhan/{name}/giay-to", May::Only(Role::Clerk)),
    ("POST", "/can-bo/tiep-nhan/{name}/giay-to", May::Only(Role::Clerk)),
    ("GET", "/can-bo/tiep-nhan/{name}/tiep-nhan", May::Only(Role::Clerk)),
    ("POST", "/can-bo/tiep-nhan/{name}/tiep-nhan", May::Only(Role::Clerk)),
    ("GET", "/phat-trien/hop-thu", May::Anyone),
    ("GET", "/phat-trien/thanh-phan", May::Anyone),
    ("GET", "/api/v1/dev/outbox", May::Anyone),
    ("GET", "/api/openapi.json", May::Anyone),
    ("GET", "/api/docs", May::Anyone),
    ("POST", "/api/v1/auth/register", May::Anyone),
    ("POST", "/api/v1/auth/verify", May::Anyone),
    ("POST", "/api/v1/auth/login", May::Anyone),
    ("POST", "/api/v1/auth/logout", May::SignedIn),
    ("GET", "/api/v1/procedures", May::Anyone),
    ("GET", "/api/v1/procedures/{code}", May::Anyone),
    ("GET", "/api/v1/me", May::SignedIn),
];

/// The kinds of visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Anonymous,
    Citizen,
    Clerk,
    /// A clerk whose right is limited to one field.
    FieldClerk,
    /// A clerk of another agency.
    ElsewhereClerk,
    Handler,
    Approver,
    Records,
    Head,
    Auditor,
    CatalogAdmin,
    AccountsAdmin,
    SystemAdmin,
}

/// Every kind of officer.
const OFFICERS: [Kind; 11] = [
    Kind::Clerk,
    Kind::FieldClerk,
    Kind::ElsewhereClerk,
    Kind::Handler,
    Kind::Approver,
    Kind::Records,
    Kind::Head,
    Kind::Auditor,
    Kind::CatalogAdmin,
    Kind::AccountsAdmin,
    Kind::SystemAdmin,
];

impl Kind {
    fn role(self) -> Option<Role> {
        Some(match self {
            Self::Anonymous | Self::Citizen => return None,
            Self::Clerk | Self::FieldClerk | Self::ElsewhereClerk => Role::Clerk,
            Self::Handler => Role::Handler,
            Self::Approver => Role::Approver,
            Self::Records => Role::Records,
            Self::Head => Role::Head,
            Self::Auditor => Role::Auditor,
            Self::CatalogAdmin => Role::CatalogAdmin,
            Self::AccountsAdmin => Role::AccountsAdmin,
            Self::SystemAdmin => Role::SystemAdmin,
        })
    }

    /// The address that an officer of this kind signs in with.
    fn email(self) -> String {
        format!("{self:?}@hue.invalid").to_lowercase()
    }
}

impl May {
    fn allows(self, kind: Kind) -> bool {
        match self {
            Self::Anyone | Self::Operator => true,
            Self::SignedIn => kind != Kind::Anonymous,
            Self::Citizen => kind == Kind::Citizen,
            Self::Officer => kind.role().is_some(),
            Self::Only(role) => kind.role() == Some(role),
            Self::Cash => matches!(kind.role(), Some(Role::Clerk | Role::Records)),
            Self::Money => kind.role().is_some_and(|role| MONEY.contains(&role)),
        }
    }
}

#[test]
fn every_route_has_an_expectation() {
    let routes: Vec<(String, &str)> = table().iter().map(|r| (r.method.to_string(), r.pattern)).collect();
    let expected: Vec<(String, &str)> = EXPECTED.iter().map(|(m, p, _)| ((*m).to_owned(), *p)).collect();
    for route in &routes {
        assert!(expected.contains(route), "{route:?} has no expectation in tests/it/access.rs");
    }
    for route in &expected {
        assert!(routes.contains(route), "{route:?} is expected and not there");
    }
}

/// An address of a pattern: parameters are filled with what exists nowhere.
fn address(pattern: &str) -> String {
    let mut path = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str("0190a1b2-0000-7000-8000-000000000000");
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    path + rest
}

/// A visitor of a kind: the browser, and the token for the API.
struct Someone {
    kind: Kind,
    browser: Visitor,
    token: Option<String>,
}

/// One of each kind.
async fn everybody(t: &TestApp) -> Vec<Someone> {
    t.register(&AN).await;
    officers(t).await;
    let citizen = t.signed_in(AN.number, PASSWORD).await;
    let token = Some(t.token(AN.number, PASSWORD).await);
    let mut all = vec![
        Someone { kind: Kind::Anonymous, browser: t.visitor(), token: None },
        Someone { kind: Kind::Citizen, browser: citizen, token },
    ];
    for kind in OFFICERS {
        let browser = officer_browser(t, &kind.email(), 0).await;
        all.push(Someone { kind, browser, token: Some(officer_token(t, &kind.email()).await) });
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_takes_whoever_may_and_refuses_whoever_may_not() {
    let t = TestApp::start();
    let all = everybody(&t).await;
    // A form without its token is refused too, by other words: the gate has let it through.
    let form_expired = t.app.templates.text(Lang::Vi, "error-form-expired-title", &[]);
    for (method, pattern, may) in EXPECTED {
        for Someone { kind, browser, token } in &all {
            if *pattern == "/dang-xuat" || *pattern == "/api/v1/auth/logout" {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let mut request =
                browser.request(method.as_str(), &address(pattern)).header("sec-fetch-site", "same-origin");
            let api = pattern.starts_with("/api/");
            if let Some(token) = token.as_ref().filter(|_| api) {
                request = request.bearer_auth(token);
            }
            let answer = browser.send(request).await;
            let place = format!("{method} {pattern} as {kind:?}: {}", answer.status);
            assert!(answer.status < 500, "{place}");
            let to_sign_in = answer.header("location").starts_with("/dang-nhap?tiep=");
            match (may.allows(*kind), kind) {
                (true, _) => {
                    assert!(answer.status != 401 && !to_sign_in, "{place}");
                    let only_the_form = !api && answer.body.contains(&form_expired);
                    assert!(answer.status != 403 || only_the_form, "{place}: {}", answer.body);
                }
                (false, Kind::Anonymous) if api => assert_eq!(answer.status, 401, "{place}"),
                (false, Kind::Anonymous) => assert!(to_sign_in, "{place}"),
                (false, _) => assert_eq!(answer.status, 403, "{place}"),
            }
        }
    }
    // Figures are for this machine, whoever is signed in, and not for who comes through a proxy.
    for Someone { kind, browser, token } in &all {
        let far = browser.request("GET", "/metrics").header("x-forwarded-for", "198.51.100.7");
        let far = match token {
            Some(token) => far.bearer_auth(token),
            None => far,
        };
        assert_eq!(browser.send(far).await.status, 403, "/metrics from afar as {kind:?}");
        assert_eq!(browser.get("/metrics").await.status, 200, "/metrics from here as {kind:?}");
    }
}

const SECRET: &str = "JBSWY3DPEHPK3PXP";

/// An officer of each kind who has a second factor and no one-time password any more.
async fn officers(t: &TestApp) {
    let here = crate::support::app::agency();
    let elsewhere = Agency { id: AgencyId::new(), code: "H57.32".into(), ..here.clone() };
    let (now, both) = (t.app.now(), [here.clone(), elsewhere.clone()]);
    let save = move |tx: &mut motcua::db::Tx<'_>| {
        for agency in &both {
            agencies::save(tx, &Actor::System, agency, now)?;
        }
        Ok::<_, agencies::SaveError>(())
    };
    t.app.db.write(save).await.unwrap();
    let password = t.app.hasher.hash(PASSWORD).await.unwrap();
    for (serial, kind) in (201..).zip(OFFICERS) {
        let number = PersonalNumber::parse(&format!("046192000{serial}")).unwrap();
        let cmd = CreateOfficer {
            role: kind.role().unwrap(),
            agency: if kind == Kind::ElsewhereClerk { elsewhere.id } else { here.id },
            unit: None,
            field: (kind == Kind::FieldClerk).then(|| "hotich".to_owned()),
            full_name: "Trần Thị Một Cửa".into(),
            party: seal(&t.app.keys, &Party::person(&number)).unwrap(),
            email: Some(kind.email()),
            phone: None,
            password: password.clone(),
            must_change_password: false,
            totp_sealed: Some(totp::seal(&t.app.keys, SECRET).unwrap()),
            is_demo: false,
        };
        t.app.db.write(move |tx| create_officer::act(tx, &Actor::System, &cmd, now)).await.unwrap();
    }
}

/// The code of the step `ahead` of the present one: a code signs in once.
fn code(ahead: i64) -> String {
    totp::code_at(SECRET, clock::machine_now().plus_seconds(30 * ahead)).unwrap()
}

/// An officer signs in on the pages: password, then the code of the second factor.
async fn officer_browser(t: &TestApp, email: &str, ahead: i64) -> Visitor {
    let browser = t.visitor();
    let page = browser.get("/dang-nhap").await;
    let form = Form::with_action(&page.body, "/dang-nhap").fill("Số", email).fill("Mật khẩu", PASSWORD);
    let asked = browser.submit(&form).await;
    assert_eq!(asked.status, 200, "{}", asked.body);
    assert!(!asked.body.contains(PASSWORD), "the password is not in the page");
    let form = Form::with_action(&asked.body, "/dang-nhap/ma-xac-thuc");
    let wrong = browser.submit(&form.clone().fill("Mã", "000000")).await;
    assert_eq!(wrong.status, 422);
    let done = browser.submit(&form.fill("Mã", &code(ahead))).await;
    assert_eq!((done.status, done.header("location")), (303, "/can-bo"), "{}", done.body);
    browser
}

async fn officer_token(t: &TestApp, email: &str) -> String {
    let login = serde_json::json!({"identifier": email, "password": PASSWORD});
    let asked = t.visitor().post_json("/api/v1/auth/login", &login).await;
    assert_eq!(asked.status, 401);
    assert!(asked.json()["type"].as_str().unwrap().ends_with("otp-required"));
    let mut login = login;
    login["otp"] = code(1).into();
    let answer = t.visitor().post_json("/api/v1/auth/login", &login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let again = t.visitor().post_json("/api/v1/auth/login", &login).await;
    assert_eq!(again.status, 401, "a code signs in once");
    assert!(again.json()["type"].as_str().unwrap().ends_with("otp-spent"));
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

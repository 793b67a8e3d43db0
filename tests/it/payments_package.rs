//! The npm package `vnpay` is not of our making: it accepts what we sign, we accept what it signs, and one changed
//! character is refused on both sides.

use std::io::Write as _;
use std::net::TcpListener;
use std::process::{Command, Stdio};

use motcua::devservices::vnpay::{Behaviour, Order, Vnpay};
use motcua::kernel::{Lang, Timestamp, Vnd};
use motcua::payments::PaymentState;
use motcua::payments::vnpay::{self, Answer, Key, Params, Query, Refund, RefundKind, Request};
use serde_json::{Map, Value, json};

use crate::support::need;
use crate::support::shop::{SECRET, Served, Shop, TERMINAL, order_at};

const HELPER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/vnpay_package.mjs");

/// The package, as a merchant sets it up.
struct Package {
    node: std::path::PathBuf,
    folder: std::path::PathBuf,
    /// Where the gateway stands.
    host: String,
}

impl Package {
    fn at_hand(host: &str) -> Option<Self> {
        let (node, folder) = need::vnpay_package()?;
        Some(Self { node, folder, host: host.to_owned() })
    }

    /// Calls its functions, in order.
    fn calls(&self, secret: &str, calls: &Value) -> Vec<Value> {
        let config = json!({
            "tmnCode": TERMINAL, "secureSecret": secret, "vnpayHost": self.host, "queryDrAndRefundHost": self.host,
            "hashAlgorithm": "SHA512", "enableLog": false,
        });
        let mut command = Command::new(&self.node);
        command.arg(HELPER).arg(&self.folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let asked = json!({"config": config, "calls": calls}).to_string();
        child.stdin.take().unwrap().write_all(asked.as_bytes()).unwrap();
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).unwrap()
    }

    fn call(&self, name: &str, argument: &Value) -> Value {
        self.calls(SECRET, &json!([[name, argument]])).remove(0)
    }
}

/// A query as web frameworks hand it on: an object of texts.
fn object(query: &str) -> Value {
    let pairs = form_urlencoded::parse(query.as_bytes()).map(|(k, v)| (k.into_owned(), Value::String(v.into_owned())));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// Every query with one letter or digit changed for the next.
fn one_changed(query: &str) -> Vec<String> {
    let next = |c: u8| match c {
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        c => c + 1,
    };
    let places = query.bytes().enumerate().filter(|(_, c)| c.is_ascii_alphanumeric());
    let changed = places.map(|(at, c)| {
        let mut bytes = query.as_bytes().to_vec();
        bytes[at] = next(c);
        String::from_utf8(bytes).unwrap()
    });
    changed.collect()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn both_build_the_same_address() {
    let Some(package) = Package::at_hand("https://sandbox.example") else { return };
    let key = Key::new(SECRET);
    for (info, lang, amount) in [
        ("Thanh toán phí, lệ phí hồ sơ H57.31-261118-0001", Lang::Vi, 24_000),
        ("a+b & c=d % e? ~'()*-._ <f> «g» / \\ : @", Lang::En, 1_000),
        ("x", Lang::Vi, 99_999_999),
    ] {
        let order = vnpay::Order {
            terminal: TERMINAL,
            reference: "MC261118ABCDEFGHJK",
            amount: Vnd(amount),
            info,
            lang,
            return_url: "https://dvc.example.vn/thanh-toan/vnpay/return?a=b c",
            ip: "203.0.113.7",
            created_at: at("2026-11-18T09:00:00+07:00"),
            expires_at: at("2026-11-18T09:15:00+07:00"),
        };
        let ours = order.url("https://sandbox.example/paymentv2/vpcpay.html", &key);
        let said = object(ours.split_once('?').unwrap().1);
        let theirs = package.call(
            "buildPaymentUrl",
            &json!({
                "vnp_Amount": amount, "vnp_TxnRef": order.reference, "vnp_OrderInfo": said["vnp_OrderInfo"],
                "vnp_OrderType": "other", "vnp_Locale": said["vnp_Locale"], "vnp_ReturnUrl": order.return_url,
                "vnp_IpAddr": order.ip, "vnp_CreateDate": 20_261_118_090_000_u64,
                "vnp_ExpireDate": 20_261_118_091_500_u64,
            }),
        );
        assert_eq!(theirs["ok"], ours);
        let verified = package.call("verifyReturnUrl", &said);
        assert_eq!(verified["ok"]["isVerified"], true, "{verified}");
    }
}

#[tokio::test]
async fn the_package_believes_our_gateway_and_no_changed_character() {
    let shop = Shop::open();
    let Some(package) = Package::at_hand("http://127.0.0.1:9") else { return };
    let (an, name) = shop.filed().await;
    let (order, _) = shop.begun(&an, &name).await;
    let back = shop.gateway.act(&order, Behaviour::IpnFirst).await;
    let returned = back.split_once('?').unwrap().1.to_owned();
    let (notice, code) = shop.gateway.books().notices().remove(0);
    assert_eq!(code, "00");
    for (function, query) in [("verifyReturnUrl", &returned), ("verifyIpnCall", &notice)] {
        let said = package.call(function, &object(query));
        let said = &said["ok"];
        assert_eq!((&said["isVerified"], &said["isSuccess"]), (&json!(true), &json!(true)), "{said}");
        assert_eq!((&said["vnp_Amount"], &said["vnp_TxnRef"]), (&json!(order.amount.0), &json!(order.reference)));

        let changed = one_changed(query);
        assert!(changed.len() > 300);
        let calls: Vec<Value> = changed.iter().map(|query| json!([function, object(query)])).collect();
        for (query, said) in changed.iter().zip(package.calls(SECRET, &json!(calls))) {
            assert_ne!(said["ok"]["isVerified"], true, "the package believes {query}");
            assert!(Params::read(query).is_ok_and(|p| !p.is_genuine(&Key::new(SECRET))), "we believe {query}");
        }
        let stranger = package.calls("another secret", &json!([[function, object(query)]])).remove(0);
        assert_eq!(stranger["ok"]["isVerified"], false);
    }
}

#[tokio::test]
async fn the_portal_and_the_gateway_believe_the_package_and_no_changed_character() {
    let shop = Shop::open();
    let Some(package) = Package::at_hand("http://127.0.0.1:9") else { return };
    let (an, name) = shop.filed().await;
    let (order, url) = shop.begun(&an, &name).await;
    // Its signature over a notice of the gateway's making.
    let signed = package.call(
        "buildPaymentUrl",
        &json!({
            "vnp_Amount": order.amount.0, "vnp_TxnRef": order.reference, "vnp_OrderInfo": "Thanh toán (đủ) + 100%",
            "vnp_OrderType": "other", "vnp_ReturnUrl": order.return_url, "vnp_IpAddr": "127.0.0.1",
            "vnp_CreateDate": 20_261_118_090_000_u64, "vnp_ResponseCode": "00", "vnp_TransactionStatus": "00",
            "vnp_TransactionNo": "14226112", "vnp_PayDate": "20261118090500", "vnp_BankCode": "NCB",
        }),
    );
    let notice = signed["ok"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    for changed in one_changed(&notice).iter().step_by(7) {
        let answer = shop.t.visitor().get(&format!("/thanh-toan/vnpay/ipn?{changed}")).await;
        // What is no text any more is refused before anybody looks at its signature.
        let refused = answer.status == 400 || answer.json()["RspCode"] == "97";
        assert!(refused, "{changed}: {}", answer.body);
    }
    assert_eq!(shop.state(&name).await, PaymentState::Pending);
    assert_eq!(shop.ipn(&notice).await, "00");
    assert_eq!(shop.state(&name).await, PaymentState::Paid);

    // The order in its words opens the gateway's page as ours does.
    let mut data = object(url.split_once('?').unwrap().1);
    data["vnp_Amount"] = json!(order.amount.0);
    let members = data.as_object_mut().unwrap();
    members.remove("vnp_SecureHash");
    members["vnp_CreateDate"] = json!(members["vnp_CreateDate"].as_str().unwrap().parse::<u64>().unwrap());
    members["vnp_ExpireDate"] = json!(members["vnp_ExpireDate"].as_str().unwrap().parse::<u64>().unwrap());
    let page = url.split_once('?').unwrap().0;
    let theirs = package.call("buildPaymentUrl", &data);
    let query = theirs["ok"].as_str().unwrap().split_once('?').unwrap().1.to_owned();
    assert_eq!(format!("{page}?{query}"), url);
    let browser = shop.t.visitor().client;
    assert_eq!(browser.get(&url).send().await.unwrap().status().as_u16(), 200);
    for changed in one_changed(&query).iter().step_by(17) {
        assert_eq!(browser.get(format!("{page}?{changed}")).send().await.unwrap().status().as_u16(), 400, "{changed}");
    }
}

/// An order that was paid at a gateway of its own.
async fn paid(gateway: &Vnpay) -> Order {
    let key = Key::new(SECRET);
    let order = vnpay::Order {
        terminal: TERMINAL,
        reference: "MC261118PAID",
        amount: Vnd(24_000),
        info: "Bản sao",
        lang: Lang::Vi,
        return_url: "http://127.0.0.1:9/return",
        ip: "127.0.0.1",
        created_at: at("2026-11-18T09:00:00+07:00"),
        expires_at: at("2026-11-18T09:15:00+07:00"),
    };
    let order = order_at(&order.url("http://127.0.0.1:9/pay", &key));
    gateway.act(&order, Behaviour::NoIpn).await;
    order
}

fn request(id: &'static str) -> Request<'static> {
    Request {
        id,
        terminal: TERMINAL,
        reference: "MC261118PAID",
        ordered_at: at("2026-11-18T09:00:00+07:00"),
        created_at: at("2026-11-18T09:30:00+07:00"),
        ip: "127.0.0.1",
        info: "Hoi",
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_and_refunds_are_signed_alike_on_both_sides() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let Some(package) = Package::at_hand(&format!("http://{}", listener.local_addr().unwrap())) else { return };
    let gateway = Vnpay::new(TERMINAL, SECRET, "http://127.0.0.1:9/ipn");
    let _served = Served::start(&gateway, listener);
    let order = paid(&gateway).await;
    let key = Key::new(SECRET);
    let question = |id: &str, reference: &str| {
        json!({
            "vnp_RequestId": id, "vnp_TxnRef": reference, "vnp_TransactionDate": 20_261_118_090_000_u64,
            "vnp_CreateDate": 20_261_118_093_000_u64, "vnp_IpAddr": "127.0.0.1", "vnp_OrderInfo": "Hoi",
        })
    };
    let mut back = question("r1", &order.reference);
    for (name, value) in [
        ("vnp_TransactionType", json!("03")),
        ("vnp_Amount", json!(9_000)),
        ("vnp_TransactionNo", json!("0")),
        ("vnp_CreateBy", json!("Ke toan")),
    ] {
        back[name] = value;
    }
    let calls = json!([
        ["queryDr", question("q1", &order.reference)],
        ["queryDr", question("q2", "MC261118NOBODY")],
        ["refund", back],
    ]);
    let said = package.calls(SECRET, &calls);
    let (known, unknown, refunded) = (&said[0]["ok"], &said[1]["ok"], &said[2]["ok"]);
    let verdict =
        |said: &Value| (said["isVerified"].clone(), said["isSuccess"].clone(), said["vnp_ResponseCode"].clone());
    assert_eq!(verdict(known), (json!(true), json!(true), json!("00")), "{known}");
    assert_eq!((&known["vnp_TransactionStatus"], &known["vnp_Amount"]), (&json!("00"), &json!("2400000")));
    assert_eq!(verdict(unknown), (json!(true), json!(false), json!("91")), "{unknown}");
    assert_eq!(verdict(refunded), (json!(true), json!(true), json!("00")), "{refunded}");
    assert_eq!(gateway.books().balance(), Vnd(24_000 - 9_000));
    assert!(said.iter().all(|one| one["ok"]["vnp_SecureHash"].is_string()), "what is unsigned would count as verified");

    // What it sent is what we would have sent, to the last character of the signature.
    let ours = Query(request("q1")).body(&key);
    assert_eq!(said[0]["sent"]["vnp_SecureHash"], ours["vnp_SecureHash"]);
    let refund =
        Refund {
            request: request("r1"), kind: RefundKind::Part, amount: Vnd(9_000), transaction: None, by: "Kế toán"
        };
    assert_eq!(said[2]["sent"]["vnp_SecureHash"], refund.body(&key)["vnp_SecureHash"]);

    // Under another secret neither believes the other.
    let stranger = package.calls("another secret", &calls);
    for one in &stranger {
        assert_eq!((&one["ok"]["isVerified"], &one["ok"]["vnp_ResponseCode"]), (&json!(false), &json!("97")), "{one}");
        assert!(Answer::read(&one["ok"], (TERMINAL, &Key::new("another secret"))).is_err());
    }
    assert_eq!(gateway.books().balance(), Vnd(24_000 - 9_000));
}

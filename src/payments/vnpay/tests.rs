//! Known answers of the protocol (vietnam.md §7.1), and what must not pass.

use proptest::prelude::*;

use super::*;
use crate::kernel::Lang;
use crate::payments::verdict::Said;

const SECRET: &str = "SECRETKEYFORTEST0123456789ABCDEF";
const TERMINAL: &str = "DEMOTMN1";

const IPN: &str = "vnp_Amount=5000000&vnp_BankCode=NCB&vnp_BankTranNo=VNP14226112&vnp_CardType=ATM\
&vnp_OrderInfo=Thanh+toan+le+phi+ho+so+H29.12-261121-0001&vnp_PayDate=20261121093215&vnp_ResponseCode=00\
&vnp_TmnCode=DEMOTMN1&vnp_TransactionNo=14226112&vnp_TransactionStatus=00&vnp_TxnRef=H29120926112100010001";
const IPN_HASH: &str = "6408efb3e7deb3dc59e5aabe28dc3bf7c6486ecf637c02e41ba748f03ca9095a2f4857872d65363bc92312ea6d7277a58fff0ef237a350883ec40fa8d041f366";

fn at(text: &str) -> Timestamp {
    text.parse::<jiff::Timestamp>().expect("an instant").into()
}

fn order() -> Order<'static> {
    Order {
        terminal: TERMINAL,
        reference: "H29120926112100010001",
        amount: Vnd(50_000),
        info: "Thanh toán lệ phí hồ sơ H29.12-261121-0001",
        lang: Lang::Vi,
        return_url: "https://dvc.example.vn/thanh-toan/ket-qua",
        ip: "127.0.0.1",
        created_at: at("2026-11-21T09:30:00+07:00"),
        expires_at: at("2026-11-21T09:45:00+07:00"),
    }
}

#[test]
fn the_pay_address_bears_the_known_signature() {
    let url = order().url("https://sandbox.example/paymentv2/vpcpay.html", &Key::new(SECRET));
    let (base, query) = url.split_once('?').expect("a query");
    assert_eq!(base, "https://sandbox.example/paymentv2/vpcpay.html");
    let (text, hash) = query.rsplit_once("&vnp_SecureHash=").expect("the hash stands last");
    assert_eq!(
        text,
        "vnp_Amount=5000000&vnp_Command=pay&vnp_CreateDate=20261121093000&vnp_CurrCode=VND\
&vnp_ExpireDate=20261121094500&vnp_IpAddr=127.0.0.1&vnp_Locale=vn\
&vnp_OrderInfo=Thanh+toan+le+phi+ho+so+H29.12-261121-0001&vnp_OrderType=other\
&vnp_ReturnUrl=https%3A%2F%2Fdvc.example.vn%2Fthanh-toan%2Fket-qua&vnp_TmnCode=DEMOTMN1\
&vnp_TxnRef=H29120926112100010001&vnp_Version=2.1.0"
    );
    assert_eq!(
        hash,
        "59edd4de47c470a7106fb7a7376d0ebb244b7ed04683ca798c8fd9e98c8333719f460ae42d671ebb8067b0f078a96845544f72610d2ff4cd020f3ba5f5fe2c28"
    );
}

fn read(query: &str) -> Result<Notice, NoticeError> {
    Notice::read(&Params::read(query).expect("parameters"), (TERMINAL, &Key::new(SECRET)))
}

#[test]
fn the_known_notice_is_genuine_in_either_case_of_its_hash() {
    let notice = read(&format!("{IPN}&vnp_SecureHash={IPN_HASH}")).expect("genuine");
    assert_eq!(notice.said(), Said::Moved);
    assert_eq!(notice.amount, Some(Vnd(50_000)));
    assert_eq!(notice.reference, "H29120926112100010001");
    assert_eq!(notice.transaction.as_deref(), Some("14226112"));
    assert_eq!(notice.bank.as_deref(), Some("NCB"));
    assert_eq!(notice.paid_at, Some(at("2026-11-21T09:32:15+07:00")));

    let upper = IPN_HASH.to_uppercase();
    assert!(read(&format!("{IPN}&vnp_SecureHash={upper}")).is_ok(), "upper case is the same number");
    // The order on the way, the kind of the hash and names of others are no part of what is signed.
    assert!(read(&format!("vnp_SecureHash={IPN_HASH}&vnp_SecureHashType=SHA512&lang=en&{IPN}")).is_ok());
}

#[test]
fn what_was_changed_on_the_way_is_forged() {
    let dear = IPN.replace("vnp_Amount=5000000", "vnp_Amount=500000");
    assert_eq!(read(&format!("{dear}&vnp_SecureHash={IPN_HASH}")), Err(NoticeError::Forged));
    assert_eq!(read(IPN), Err(NoticeError::Forged), "no signature at all");
    assert_eq!(read(&format!("{IPN}&vnp_SecureHash=")), Err(NoticeError::Forged));
    assert_eq!(read(&format!("{IPN}&vnp_SecureHash={}", &IPN_HASH[..64])), Err(NoticeError::Forged), "half a hash");
    assert_eq!(read(&format!("{IPN}&vnp_Extra=1&vnp_SecureHash={IPN_HASH}")), Err(NoticeError::Forged));
    assert_eq!(Params::read(&format!("{IPN}&vnp_Amount=1")), Err(ParamsError::Repeated));
    assert_eq!(Params::read(&"a".repeat(9_000)), Err(ParamsError::TooLong));
}

fn signed(changes: &[(&str, &str)]) -> Result<Notice, NoticeError> {
    let mut params = Params::read(IPN).expect("parameters");
    for (name, value) in changes {
        params.set(name, *value);
    }
    read(&params.signed(&Key::new(SECRET)))
}

#[test]
fn both_codes_must_say_that_the_money_was_moved() {
    let said = |changes| signed(changes).expect("genuine").said();
    assert_eq!(said(&[]), Said::Moved);
    assert_eq!(said(&[("vnp_ResponseCode", "24")]), Said::NotMoved);
    assert_eq!(said(&[("vnp_TransactionStatus", "02")]), Said::NotMoved);
    assert_eq!(said(&[("vnp_TransactionStatus", "")]), Said::NotMoved);
    assert_eq!(said(&[("vnp_TransactionStatus", "01")]), Said::Open);
    assert_eq!(said(&[("vnp_ResponseCode", "07"), ("vnp_TransactionStatus", "00")]), Said::Suspected);
    assert_eq!(said(&[("vnp_TransactionStatus", "07")]), Said::Suspected);
}

#[test]
fn a_genuine_notice_may_still_make_no_sense() {
    assert_eq!(signed(&[("vnp_TmnCode", "OTHER001")]), Err(NoticeError::OtherTerminal));
    assert_eq!(signed(&[("vnp_TxnRef", "")]), Err(NoticeError::Lacks("vnp_TxnRef")));
    for amount in ["5000050", "-5000000", "0", "5e6", "", "99999999999999999999999999"] {
        assert_eq!(signed(&[("vnp_Amount", amount)]).expect("genuine").amount, None, "{amount}");
    }
    assert_eq!(signed(&[("vnp_CurrCode", "USD")]).expect("genuine").amount, None);
    assert_eq!(signed(&[("vnp_PayDate", "20261321093215")]).expect("genuine").paid_at, None);
}

fn request() -> Request<'static> {
    Request {
        id: "q1",
        terminal: TERMINAL,
        reference: "R1",
        ordered_at: at("2026-11-21T09:30:00+07:00"),
        created_at: at("2026-11-21T09:50:00+07:00"),
        ip: "127.0.0.1",
        info: "Hỏi giao dịch",
    }
}

#[test]
fn calls_sign_their_values_in_the_order_of_the_protocol() {
    let key = Key::new(SECRET);
    let body = Query(request()).body(&key);
    let text = "q1|2.1.0|querydr|DEMOTMN1|R1|20261121093000|20261121095000|127.0.0.1|Hoi giao dich";
    assert_eq!(body["vnp_SecureHash"], key.sign(text));
    let refund =
        Refund { request: request(), kind: RefundKind::Part, amount: Vnd(3_000), transaction: None, by: "Kế toán" };
    let text = "q1|2.1.0|refund|DEMOTMN1|03|R1|300000|0|20261121093000|Ke toan|20261121095000|127.0.0.1|Hoi giao dich";
    let body = refund.body(&key);
    assert_eq!(body["vnp_SecureHash"], key.sign(text));
    assert_eq!(body["vnp_TransactionNo"], "0");
    assert!(key.is_call(&body));
    let mut dear = body.clone();
    dear["vnp_Amount"] = "400000".into();
    assert!(!key.is_call(&dear));
}

#[test]
fn an_answer_is_believed_only_with_its_signature() {
    let key = Key::new(SECRET);
    let fields = [
        ("vnp_ResponseId", "a1".to_owned()),
        ("vnp_Command", "querydr".to_owned()),
        ("vnp_ResponseCode", "00".to_owned()),
        ("vnp_TmnCode", TERMINAL.to_owned()),
        ("vnp_TxnRef", "R1".to_owned()),
        ("vnp_Amount", "800000".to_owned()),
        ("vnp_TransactionNo", "77".to_owned()),
        ("vnp_TransactionType", "01".to_owned()),
        ("vnp_TransactionStatus", "00".to_owned()),
        ("vnp_PayDate", "20261121093215".to_owned()),
    ];
    let mut body = Answer::sign(&fields, &key);
    let answer = Answer::read(&body, (TERMINAL, &key)).expect("genuine");
    assert_eq!((answer.amount, answer.status.as_deref()), (Some(Vnd(8_000)), Some("00")));
    assert_eq!(Answer::read(&body, ("OTHER001", &key)), Err(AnswerError::OtherTerminal));
    assert_eq!(Answer::read(&body, (TERMINAL, &Key::new("another"))), Err(AnswerError::Forged));
    body["vnp_TransactionStatus"] = "02".into();
    assert_eq!(Answer::read(&body, (TERMINAL, &key)), Err(AnswerError::Forged));
    assert_eq!(Answer::read(&serde_json::json!([]), (TERMINAL, &key)), Err(AnswerError::Shape));
}

#[test]
fn the_answer_to_a_refund_has_no_promotion_among_what_is_signed() {
    let key = Key::new(SECRET);
    let fields = |command: &str| {
        [("vnp_ResponseId", "a1"), ("vnp_Command", command), ("vnp_ResponseCode", "00"), ("vnp_TmnCode", TERMINAL)]
            .map(|(name, value)| (name, value.to_owned()))
    };
    let refund = Answer::sign(&fields("refund"), &key);
    assert_eq!(refund["vnp_SecureHash"], key.sign(&format!("a1|refund|00||{TERMINAL}||||||||")));
    assert!(Answer::read(&refund, (TERMINAL, &key)).is_ok());
    let query = Answer::sign(&fields("querydr"), &key);
    assert_eq!(query["vnp_SecureHash"], key.sign(&format!("a1|querydr|00||{TERMINAL}||||||||||")));
}

proptest! {
    #[test]
    fn what_we_sign_is_genuine_and_any_other_value_is_not(value in ".{1,40}", other in ".{1,40}") {
        let key = Key::new(SECRET);
        let mut params = Params::read(IPN).expect("parameters");
        params.set("vnp_OrderInfo", value.clone());
        let query = params.signed(&key);
        let mut back = Params::read(&query).expect("parameters");
        prop_assert!(back.is_genuine(&key));
        prop_assert_eq!(back.get("vnp_OrderInfo"), Some(value.as_str()));
        back.set("vnp_OrderInfo", other.clone());
        prop_assert_eq!(back.is_genuine(&key), other == value);
    }

    #[test]
    fn no_query_makes_the_reader_fall(query in ".{0,300}") {
        if let Ok(params) = Params::read(&query) {
            let _ = Notice::read(&params, (TERMINAL, &Key::new(SECRET)));
        }
    }
}

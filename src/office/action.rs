//! Every act by its name in the JSON API (contract.md §6), with the data it carries: one way in for pages and for
//! programs.

use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::action_body::{
    AssignBody, CashBody, ConfirmBody, ConfirmExemptionBody, DraftBody, ExtendBody, ForwardBody, HandOverBody, Note,
    OpinionBody, PaidTo, PaperBody, PaymentBody, Reason, RefundBody, RefuseExemptionBody, SupplementBody, Text,
    WaiveBody,
};
use super::draft_result::SaveDraft;
use super::forward::Forward;
use super::hand_over::{HandOver, Receiver};
use super::obligations::{Notice, RequestPayment, RequestedFee};
use super::opinions::AskOpinion;
use super::payment::RecordPayment;
use super::supplement::RequestSupplement;
use super::supplement_answer::{SupplementAnswer, answer};
use super::treasury::{RecordTreasury, TakenBack};
use super::{
    ActError, Fault, Rules, Target, accept, assign, correct, decide, draft_result, exemptions, extend, forward,
    hand_over, message, obligations, opinions, payment, refuse_acceptance, stop, supplement, treasury, withdraw,
};
use crate::catalog::Outcome;
use crate::db::Tx;
use crate::dossiers::{DeliveryMethod, Dossier, Step, SupplementItem};
use crate::kernel::shape::{self, Misfit};
use crate::kernel::{AccountId, Actor, AgencyId, FeeId, Timestamp, Vnd};
use crate::payments::Method;

/// An act with its data. Signing is not here: its file is made outside first ([`super::sign`]).
#[derive(Clone, Debug)]
pub enum Action {
    Accept,
    Receive,
    RefuseAcceptance {
        reason: String,
    },
    RequestSupplement {
        reason: String,
        items: Vec<SupplementItem>,
        due_on: Option<Date>,
    },
    Supplement(SupplementAnswer),
    RecordSupplement(SupplementAnswer),
    ConfirmExemption {
        exemption: Option<String>,
        note: Option<String>,
    },
    RefuseExemption {
        exemption: Option<String>,
        reason: String,
    },
    RequestPayment {
        lines: Vec<RequestedFee>,
        reason: String,
        notice: Option<Notice>,
    },
    RecordPayment {
        method: Method,
        lines: Vec<FeeId>,
    },
    /// Under the same name as `RecordPayment`: what was paid to the State Treasury.
    RecordTreasury {
        number: String,
        paid_on: Option<Date>,
        amount: Option<Vnd>,
        lines: Vec<FeeId>,
    },
    WaiveFee {
        reason: String,
        proof: Option<String>,
    },
    /// Under the same name as `WaiveFee`: what another agency collects, and lets go by its paper.
    LetGo {
        reason: String,
        paper: TakenBack,
    },
    Forward(Forward),
    ReturnBack {
        reason: String,
    },
    Assign {
        assignee: Option<AccountId>,
    },
    AskOpinion {
        agency: AgencyId,
        question: String,
        due_on: Date,
    },
    GiveOpinion {
        text: String,
    },
    Extend {
        reason: String,
        new_due_at: Timestamp,
    },
    /// `number_index` is made of the data outside; nobody can send it.
    DraftResult {
        data: Value,
        number_index: Option<String>,
        outcome: Outcome,
        note: Option<String>,
        ask_citizen: bool,
    },
    ConfirmDraft {
        ok: bool,
        note: Option<String>,
    },
    Message {
        text: String,
    },
    Withdraw {
        reason: String,
    },
    ConfirmWithdrawal {
        refund: Option<bool>,
    },
    DeclineWithdrawal {
        reason: String,
    },
    Stop {
        reason: String,
    },
    Resume {
        reason: String,
    },
    Close {
        reason: String,
    },
    Approve {
        note: Option<String>,
    },
    Reject {
        reason: String,
    },
    HandOver {
        method: DeliveryMethod,
        receiver: Option<Receiver>,
        signed: Option<String>,
    },
    Correct {
        reason: String,
    },
    RevokeResult {
        reason: String,
    },
}

/// The names of officers' acts, `sign` among them.
pub const OFFICER_ACTS: [Step; 28] = [
    Step::Accept,
    Step::RefuseAcceptance,
    Step::ConfirmExemption,
    Step::RefuseExemption,
    Step::RequestSupplement,
    Step::RequestPayment,
    Step::Forward,
    Step::ReturnBack,
    Step::AskOpinion,
    Step::GiveOpinion,
    Step::Extend,
    Step::Stop,
    Step::Approve,
    Step::Reject,
    Step::Sign,
    Step::HandOver,
    Step::Assign,
    Step::Receive,
    Step::DraftResult,
    Step::Resume,
    Step::Close,
    Step::Correct,
    Step::ConfirmWithdrawal,
    Step::DeclineWithdrawal,
    Step::RecordPayment,
    Step::WaiveFee,
    Step::RecordSupplement,
    Step::RevokeResult,
];

impl Action {
    /// Reads the body of an act. An empty body stands for `{}`.
    ///
    /// # Errors
    /// Faults in the body. Acts without a body form here (`submit`, `sign`, `rate` …) are faults too.
    pub fn parse(step: Step, body: &Value) -> Result<Self, Vec<Fault>> {
        let empty = Value::Object(serde_json::Map::new());
        let body = if body.is_null() { &empty } else { body };
        Ok(match step {
            Step::Accept => Self::Accept,
            Step::Receive => Self::Receive,
            Step::RequestSupplement => {
                let SupplementBody { reason, items, due_on } = read(body)?;
                Self::RequestSupplement { reason, items, due_on }
            }
            Step::Supplement => Self::Supplement(unchecked(read::<Note>(body)?)),
            Step::RecordSupplement => Self::RecordSupplement(unchecked(read::<Note>(body)?)),
            Step::ConfirmExemption => {
                let ConfirmExemptionBody { exemption, note } = read(body)?;
                Self::ConfirmExemption { exemption, note }
            }
            Step::RefuseExemption => {
                let RefuseExemptionBody { exemption, reason } = read(body)?;
                Self::RefuseExemption { exemption, reason }
            }
            Step::RequestPayment => {
                let PaymentBody { lines, reason, notice } = read(body)?;
                let lines =
                    lines.into_iter().map(|l| RequestedFee { kind: l.kind, name: l.name, amount: l.amount_vnd });
                Self::RequestPayment { lines: lines.collect(), reason, notice }
            }
            Step::RecordPayment => {
                let CashBody { method, paper, lines } = read(body)?;
                match method {
                    PaidTo::Cash => Self::RecordPayment { method: Method::Cash, lines },
                    PaidTo::Pos => Self::RecordPayment { method: Method::Pos, lines },
                    PaidTo::Treasury => {
                        let PaperBody { number, paid_on, amount_vnd: amount } = paper;
                        Self::RecordTreasury { number, paid_on, amount, lines }
                    }
                }
            }
            Step::WaiveFee => {
                let WaiveBody { reason, proof, paper } = read(body)?;
                match paper {
                    Some(paper) => Self::LetGo { reason, paper },
                    None => Self::WaiveFee { reason, proof },
                }
            }
            Step::Forward => {
                let ForwardBody { step, assignee, note } = read(body)?;
                Self::Forward(Forward { step, assignee, note })
            }
            Step::Assign => Self::Assign { assignee: read::<AssignBody>(body)?.assignee },
            Step::AskOpinion => {
                let OpinionBody { agency, question, due_on } = read(body)?;
                Self::AskOpinion { agency, question, due_on }
            }
            Step::GiveOpinion => Self::GiveOpinion { text: read::<Text>(body)?.text },
            Step::Message => Self::Message { text: read::<Text>(body)?.text },
            Step::Extend => {
                let ExtendBody { reason, new_due_at } = read(body)?;
                Self::Extend { reason, new_due_at }
            }
            Step::DraftResult => {
                let DraftBody { data, outcome, note, ask_citizen } = read(body)?;
                Self::DraftResult { data, number_index: None, outcome, note, ask_citizen }
            }
            Step::ConfirmDraft => {
                let ConfirmBody { ok, note } = read(body)?;
                Self::ConfirmDraft { ok, note }
            }
            Step::ConfirmWithdrawal => Self::ConfirmWithdrawal { refund: read::<RefundBody>(body)?.refund },
            Step::Approve => Self::Approve { note: read::<Note>(body)?.note },
            Step::HandOver => {
                let HandOverBody { method, receiver, signed } = read(body)?;
                Self::HandOver { method, receiver, signed }
            }
            _ => Self::with_reason(step, body)?,
        })
    }

    /// The acts that carry a reason and nothing else.
    fn with_reason(step: Step, body: &Value) -> Result<Self, Vec<Fault>> {
        let make: fn(String) -> Self = match step {
            Step::RefuseAcceptance => |reason| Self::RefuseAcceptance { reason },
            Step::ReturnBack => |reason| Self::ReturnBack { reason },
            Step::Withdraw | Step::RequestWithdrawal => |reason| Self::Withdraw { reason },
            Step::DeclineWithdrawal => |reason| Self::DeclineWithdrawal { reason },
            Step::Stop => |reason| Self::Stop { reason },
            Step::Resume => |reason| Self::Resume { reason },
            Step::Close => |reason| Self::Close { reason },
            Step::Reject => |reason| Self::Reject { reason },
            Step::Correct => |reason| Self::Correct { reason },
            Step::RevokeResult => |reason| Self::RevokeResult { reason },
            _ => return Err(vec![Fault::new("", "unknown", ("Không có thao tác này.", "There is no such act."))]),
        };
        Ok(make(read::<Reason>(body)?.reason))
    }
}

/// An answer to a request for papers: the form is checked outside, before it is performed.
fn unchecked(body: Note) -> SupplementAnswer {
    SupplementAnswer { note: body.note, checked: None }
}

/// Reads a body; what is missing or ill-typed is told by its place.
fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Vec<Fault>> {
    shape::read(body).map_err(|misfit| vec![told(misfit)])
}

/// What to do about it, for people who sent a page as well as for who writes a program.
fn told(misfit: Misfit) -> Fault {
    let missing = misfit.code == "required";
    let message = match misfit.pointer.as_str() {
        "/method" => ("Hãy chọn một cách.", "Choose one of the ways."),
        "/outcome" => ("Hãy chọn kết quả.", "Choose the outcome."),
        "/agency" => ("Hãy chọn cơ quan.", "Choose the agency."),
        "/notice/collected_by" => ("Hãy chọn nơi thu.", "Choose who collects the money."),
        "/notice/issued_on" | "/notice/due_on" | "/paper/paid_on" => {
            ("Ngày này chưa đúng; hãy ghi lại.", "This is no date; write it again.")
        }
        at if at.starts_with("/lines/") && at.ends_with("/amount_vnd") => (
            "Hãy ghi số tiền bằng số đồng, không có phần lẻ, ví dụ 1.500.000.",
            "Give the amount in whole đồng, without a fraction, such as 1.500.000.",
        ),
        "/due_on" | "/new_due_at" if missing => ("Hãy ghi ngày.", "Give the date."),
        "/due_on" | "/new_due_at" => ("Ngày này chưa đúng; hãy ghi lại.", "This is no date; write it again."),
        _ if missing => ("Thiếu thông tin bắt buộc.", "This must be given."),
        _ => ("Giá trị này không đúng kiểu.", "This value is not of the right type."),
    };
    Fault::new(misfit.pointer, misfit.code, message)
}

/// Does an act.
///
/// # Errors
/// As the act.
pub fn perform(
    tx: &mut Tx<'_>,
    who: &Actor,
    (target, action): (Target, &Action),
    rules: &Rules,
    now: Timestamp,
) -> Result<Dossier, ActError> {
    use Action as A;
    let done = match action {
        A::Accept => accept::accept(tx, who, target, rules, now),
        A::Receive => accept::receive(tx, who, target, rules, now),
        A::RefuseAcceptance { reason } => refuse_acceptance::refuse_acceptance(tx, who, (target, reason), rules, now),
        A::RequestSupplement { reason, items, due_on } => {
            let cmd = RequestSupplement { target, reason: reason.clone(), items: items.clone(), due_on: *due_on };
            supplement::request_supplement(tx, who, cmd, rules, now)
        }
        A::Supplement(cmd) => answer(tx, who, (Step::Supplement, target.id, cmd), rules, now),
        A::RecordSupplement(cmd) => answer(tx, who, (Step::RecordSupplement, target.id, cmd), rules, now),
        A::ConfirmExemption { exemption, note } => {
            exemptions::confirm(tx, who, (target, exemption.as_deref(), note.as_deref()), rules, now)
        }
        A::RefuseExemption { exemption, reason } => {
            exemptions::refuse(tx, who, (target, exemption.as_deref(), reason), rules, now)
        }
        A::RequestPayment { lines, reason, notice } => {
            let (lines, reason, notice) = (lines.clone(), reason.clone(), notice.clone());
            obligations::request_payment(tx, who, &RequestPayment { target, lines, reason, notice }, rules, now)
        }
        A::RecordPayment { method, lines } => payment::record_payment(
            tx,
            who,
            &RecordPayment { target, method: *method, lines: lines.clone() },
            rules,
            now,
        ),
        A::RecordTreasury { number, paid_on, amount, lines } => {
            let (number, lines) = (number.clone(), lines.clone());
            let cmd = RecordTreasury { target, number, paid_on: *paid_on, amount: *amount, lines };
            treasury::record_treasury(tx, who, &cmd, rules, now)
        }
        A::WaiveFee { reason, proof } => payment::waive_fee(tx, who, (target, reason, proof.as_deref()), rules, now),
        A::LetGo { reason, paper } => treasury::let_go(tx, who, (target, reason, paper), rules, now),
        A::Forward(cmd) => forward::forward(tx, who, (target, cmd), rules, now),
        A::ReturnBack { reason } => forward::return_back(tx, who, (target, reason), rules, now),
        A::Assign { assignee } => assign::assign(tx, who, (target, *assignee), rules, now),
        A::AskOpinion { agency, question, due_on } => {
            let cmd = AskOpinion { target, agency: *agency, question: question.clone(), due_on: *due_on };
            opinions::ask_opinion(tx, who, &cmd, rules, now)
        }
        A::GiveOpinion { text } => opinions::give_opinion(tx, who, (target, text), rules, now),
        A::Extend { reason, new_due_at } => extend::extend(tx, who, (target, reason, *new_due_at), rules, now),
        A::DraftResult { data, number_index, outcome, note, ask_citizen } => {
            let (data, number_index, note) = (data.clone(), number_index.clone(), note.clone());
            let cmd = SaveDraft { target, data, number_index, outcome: *outcome, note, ask_citizen: *ask_citizen };
            draft_result::draft_result(tx, who, &cmd, rules, now)
        }
        A::ConfirmDraft { ok, note } => {
            draft_result::confirm_draft(tx, who, (target, *ok, note.as_deref()), rules, now)
        }
        A::Message { text } => message::message(tx, who, (target, text), rules, now),
        A::Withdraw { reason } => withdraw::withdraw(tx, who, (target, reason), rules, now),
        A::ConfirmWithdrawal { refund } => withdraw::confirm_withdrawal(tx, who, (target, *refund), rules, now),
        A::DeclineWithdrawal { reason } => withdraw::decline_withdrawal(tx, who, (target, reason), rules, now),
        A::Stop { reason } => stop::stop(tx, who, (target, reason), rules, now),
        A::Resume { reason } => stop::resume(tx, who, (target, reason), rules, now),
        A::Close { reason } => stop::close(tx, who, (target, reason), rules, now),
        A::Approve { note } => decide::approve(tx, who, (target, note.as_deref()), rules, now),
        A::Reject { reason } => decide::reject(tx, who, (target, reason), rules, now),
        A::HandOver { method, receiver, signed } => {
            let (receiver, signed) = (receiver.clone(), signed.clone());
            let cmd = HandOver { target, method: *method, receiver, signed, occurred_at: None };
            hand_over::hand_over(tx, who, &cmd, rules, now)
        }
        A::Correct { reason } => correct::correct(tx, who, (target, reason), rules, now),
        A::RevokeResult { reason } => correct::revoke_result(tx, who, (target, reason), rules, now),
    }?;
    Ok(done.dossier)
}

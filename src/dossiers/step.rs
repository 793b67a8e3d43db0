//! Every act upon a dossier (contract.md §6 `actions`, and the citizen's own).

/// An act. Its key is the action's name in the JSON API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Submit,
    Accept,
    RefuseAcceptance,
    /// An officer has looked at the proof of an exemption from fees: it holds.
    ConfirmExemption,
    /// It does not: the fee is owed.
    RefuseExemption,
    RequestSupplement,
    /// Answers are mended while papers or corrections are asked for, or while a session is open for changes.
    Amend,
    Supplement,
    RecordSupplement,
    RequestPayment,
    RecordPayment,
    WaiveFee,
    /// Money came through a gateway; where it settles everything asked for, what waited goes on.
    Paid,
    /// An officer asks that money go back.
    AskRefund,
    /// Another officer agrees, or does not.
    ApproveRefund,
    /// The money went back.
    Refunded,
    Receive,
    Forward,
    ReturnBack,
    Assign,
    AskOpinion,
    GiveOpinion,
    Extend,
    DraftResult,
    ConfirmDraft,
    Message,
    /// The citizen withdraws before acceptance: at once.
    Withdraw,
    /// The citizen asks to withdraw after acceptance: an officer answers.
    RequestWithdrawal,
    ConfirmWithdrawal,
    DeclineWithdrawal,
    Stop,
    Resume,
    Close,
    Approve,
    Reject,
    Sign,
    HandOver,
    Correct,
    RevokeResult,
    /// The time for a supplement or payment ran out.
    Lapse,
    Rate,
}

impl Step {
    /// Every act.
    pub const ALL: [Self; 41] = [
        Self::Submit,
        Self::Accept,
        Self::RefuseAcceptance,
        Self::ConfirmExemption,
        Self::RefuseExemption,
        Self::RequestSupplement,
        Self::Amend,
        Self::Supplement,
        Self::RecordSupplement,
        Self::RequestPayment,
        Self::RecordPayment,
        Self::WaiveFee,
        Self::Paid,
        Self::AskRefund,
        Self::ApproveRefund,
        Self::Refunded,
        Self::Receive,
        Self::Forward,
        Self::ReturnBack,
        Self::Assign,
        Self::AskOpinion,
        Self::GiveOpinion,
        Self::Extend,
        Self::DraftResult,
        Self::ConfirmDraft,
        Self::Message,
        Self::Withdraw,
        Self::RequestWithdrawal,
        Self::ConfirmWithdrawal,
        Self::DeclineWithdrawal,
        Self::Stop,
        Self::Resume,
        Self::Close,
        Self::Approve,
        Self::Reject,
        Self::Sign,
        Self::HandOver,
        Self::Correct,
        Self::RevokeResult,
        Self::Lapse,
        Self::Rate,
    ];

    /// The fixed name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::Accept => "accept",
            Self::RefuseAcceptance => "refuse_acceptance",
            Self::ConfirmExemption => "confirm_exemption",
            Self::RefuseExemption => "refuse_exemption",
            Self::RequestSupplement => "request_supplement",
            Self::Amend => "amend",
            Self::Supplement => "supplement",
            Self::RecordSupplement => "record_supplement",
            Self::RequestPayment => "request_payment",
            Self::RecordPayment => "record_payment",
            Self::WaiveFee => "waive_fee",
            Self::Paid => "paid",
            Self::AskRefund => "ask_refund",
            Self::ApproveRefund => "approve_refund",
            Self::Refunded => "refunded",
            Self::Receive => "receive",
            Self::Forward => "forward",
            Self::ReturnBack => "return_back",
            Self::Assign => "assign",
            Self::AskOpinion => "ask_opinion",
            Self::GiveOpinion => "give_opinion",
            Self::Extend => "extend",
            Self::DraftResult => "draft_result",
            Self::ConfirmDraft => "confirm_draft",
            Self::Message => "message",
            Self::Withdraw => "withdraw",
            Self::RequestWithdrawal => "request_withdrawal",
            Self::ConfirmWithdrawal => "confirm_withdrawal",
            Self::DeclineWithdrawal => "decline_withdrawal",
            Self::Stop => "stop",
            Self::Resume => "resume",
            Self::Close => "close",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Sign => "sign",
            Self::HandOver => "hand_over",
            Self::Correct => "correct",
            Self::RevokeResult => "revoke_result",
            Self::Lapse => "lapse",
            Self::Rate => "rate",
        }
    }

    /// Reads the fixed name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.as_str() == text)
    }
}

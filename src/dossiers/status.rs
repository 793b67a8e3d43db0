//! The statuses of a dossier and the one function that says which act leads where (domain.md, Statuses).

use super::Step;
use crate::kernel::Lang;

/// A draft and the ten national statuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Submitted,
    Accepted,
    AcceptanceRefused,
    Processing,
    SupplementRequested,
    PaymentRequested,
    Withdrawn,
    Stopped,
    Decided,
    HandedOver,
}

impl Status {
    /// The draft first, then 1 to 10.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Submitted,
        Self::Accepted,
        Self::AcceptanceRefused,
        Self::Processing,
        Self::SupplementRequested,
        Self::PaymentRequested,
        Self::Withdrawn,
        Self::Stopped,
        Self::Decided,
        Self::HandedOver,
    ];

    /// The national number, 1 to 10; a draft has none.
    pub fn number(self) -> Option<i32> {
        match self {
            Self::Draft => None,
            Self::Submitted => Some(1),
            Self::Accepted => Some(2),
            Self::AcceptanceRefused => Some(3),
            Self::Processing => Some(4),
            Self::SupplementRequested => Some(5),
            Self::PaymentRequested => Some(6),
            Self::Withdrawn => Some(7),
            Self::Stopped => Some(8),
            Self::Decided => Some(9),
            Self::HandedOver => Some(10),
        }
    }

    /// The number as stored: 0 for a draft.
    pub fn stored(self) -> i32 {
        self.number().unwrap_or(0)
    }

    /// Reads a stored number.
    pub fn from_stored(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.stored() == number)
    }

    /// The key in the JSON API.
    pub fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Accepted => "accepted",
            Self::AcceptanceRefused => "acceptance_refused",
            Self::Processing => "processing",
            Self::SupplementRequested => "supplement_requested",
            Self::PaymentRequested => "payment_requested",
            Self::Withdrawn => "withdrawn",
            Self::Stopped => "stopped",
            Self::Decided => "decided",
            Self::HandedOver => "handed_over",
        }
    }

    /// Reads a key or a number.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == text || s.number().is_some_and(|n| n.to_string() == text))
    }

    /// The words for people. The Vietnamese ones are the national labels.
    pub fn label(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Draft, Lang::Vi) => "Bản nháp",
            (Self::Submitted, Lang::Vi) => "Mới đăng ký",
            (Self::Accepted, Lang::Vi) => "Được tiếp nhận",
            (Self::AcceptanceRefused, Lang::Vi) => "Không được tiếp nhận",
            (Self::Processing, Lang::Vi) => "Đang xử lý",
            (Self::SupplementRequested, Lang::Vi) => "Yêu cầu bổ sung giấy tờ",
            (Self::PaymentRequested, Lang::Vi) => "Yêu cầu thực hiện nghĩa vụ tài chính",
            (Self::Withdrawn, Lang::Vi) => "Công dân yêu cầu rút hồ sơ",
            (Self::Stopped, Lang::Vi) => "Dừng xử lý",
            (Self::Decided, Lang::Vi) => "Đã xử lý xong",
            (Self::HandedOver, Lang::Vi) => "Đã trả kết quả",
            (Self::Draft, Lang::En) => "Draft",
            (Self::Submitted, Lang::En) => "Newly filed",
            (Self::Accepted, Lang::En) => "Accepted",
            (Self::AcceptanceRefused, Lang::En) => "Not accepted",
            (Self::Processing, Lang::En) => "Being processed",
            (Self::SupplementRequested, Lang::En) => "More papers requested",
            (Self::PaymentRequested, Lang::En) => "Payment requested",
            (Self::Withdrawn, Lang::En) => "Withdrawn at the applicant's request",
            (Self::Stopped, Lang::En) => "Stopped",
            (Self::Decided, Lang::En) => "Decided",
            (Self::HandedOver, Lang::En) => "Result handed over",
        }
    }

    /// Whether no act leads on.
    pub fn is_final(self) -> bool {
        matches!(self, Self::AcceptanceRefused | Self::Withdrawn | Self::HandedOver)
    }
}

/// The status that a request for papers or payment interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Before {
    Submitted,
    Accepted,
    Processing,
}

impl Before {
    /// The state to go back to.
    pub fn state(self) -> State {
        match self {
            Self::Submitted => State::Submitted,
            Self::Accepted => State::Accepted,
            Self::Processing => State::Processing,
        }
    }
}

/// The status with what else decides where an act leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    Draft,
    Submitted,
    Accepted,
    AcceptanceRefused,
    Processing,
    SupplementRequested {
        from: Before,
    },
    PaymentRequested {
        from: Before,
    },
    Withdrawn,
    Stopped,
    /// Stopped for good.
    Closed,
    Decided,
    HandedOver,
}

impl State {
    /// Every state there is.
    pub const ALL: [Self; 16] = [
        Self::Draft,
        Self::Submitted,
        Self::Accepted,
        Self::AcceptanceRefused,
        Self::Processing,
        Self::SupplementRequested { from: Before::Submitted },
        Self::SupplementRequested { from: Before::Accepted },
        Self::SupplementRequested { from: Before::Processing },
        Self::PaymentRequested { from: Before::Submitted },
        Self::PaymentRequested { from: Before::Accepted },
        Self::PaymentRequested { from: Before::Processing },
        Self::Withdrawn,
        Self::Stopped,
        Self::Closed,
        Self::Decided,
        Self::HandedOver,
    ];

    /// The status that people and the national portal see.
    pub fn status(self) -> Status {
        match self {
            Self::Draft => Status::Draft,
            Self::Submitted => Status::Submitted,
            Self::Accepted => Status::Accepted,
            Self::AcceptanceRefused => Status::AcceptanceRefused,
            Self::Processing => Status::Processing,
            Self::SupplementRequested { .. } => Status::SupplementRequested,
            Self::PaymentRequested { .. } => Status::PaymentRequested,
            Self::Withdrawn => Status::Withdrawn,
            Self::Stopped | Self::Closed => Status::Stopped,
            Self::Decided => Status::Decided,
            Self::HandedOver => Status::HandedOver,
        }
    }

    /// Whether it is over: no officer has anything left to do about it.
    pub fn has_ended(self) -> bool {
        self.status().is_final() || self == Self::Closed
    }

    /// The interrupted status, as stored beside the status.
    pub fn before(self) -> Option<Before> {
        match self {
            Self::SupplementRequested { from } | Self::PaymentRequested { from } => Some(from),
            Self::Draft
            | Self::Submitted
            | Self::Accepted
            | Self::AcceptanceRefused
            | Self::Processing
            | Self::Withdrawn
            | Self::Stopped
            | Self::Closed
            | Self::Decided
            | Self::HandedOver => None,
        }
    }

    /// Puts a state together from what is stored. `None` where the two columns contradict each other.
    pub fn from_stored(status: Status, before: Option<Status>, closed: bool) -> Option<Self> {
        let from = match before {
            None => None,
            Some(Status::Submitted) => Some(Before::Submitted),
            Some(Status::Accepted) => Some(Before::Accepted),
            Some(Status::Processing) => Some(Before::Processing),
            Some(_) => return None,
        };
        Some(match (status, from) {
            (Status::SupplementRequested, Some(from)) => Self::SupplementRequested { from },
            (Status::PaymentRequested, Some(from)) => Self::PaymentRequested { from },
            (Status::SupplementRequested | Status::PaymentRequested, None) => return None,
            (Status::Stopped, _) if closed => Self::Closed,
            (Status::Draft, _) => Self::Draft,
            (Status::Submitted, _) => Self::Submitted,
            (Status::Accepted, _) => Self::Accepted,
            (Status::AcceptanceRefused, _) => Self::AcceptanceRefused,
            (Status::Processing, _) => Self::Processing,
            (Status::Withdrawn, _) => Self::Withdrawn,
            (Status::Stopped, _) => Self::Stopped,
            (Status::Decided, _) => Self::Decided,
            (Status::HandedOver, _) => Self::HandedOver,
        })
    }
}

/// The state does not allow the act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{step:?} is not allowed in {state:?}")]
pub struct NotAllowed {
    pub state: State,
    pub step: Step,
}

/// Where `step` leads from `state`; the same state where the act changes none.
///
/// # Errors
/// [`NotAllowed`] where domain.md's table has no such move.
pub fn next(state: State, step: Step) -> Result<State, NotAllowed> {
    use Step as Do;
    // Money goes back wherever the dossier has gone; that moves nothing there.
    if matches!(step, Step::AskRefund | Step::ApproveRefund | Step::Refunded) && state != State::Draft {
        return Ok(state);
    }
    let to = match state {
        State::Draft => match step {
            Do::Submit => Some(State::Submitted),
            _ => None,
        },
        State::Submitted => match step {
            Do::Accept => Some(State::Accepted),
            Do::RefuseAcceptance => Some(State::AcceptanceRefused),
            Do::RequestSupplement => Some(State::SupplementRequested { from: Before::Submitted }),
            Do::RequestPayment => Some(State::PaymentRequested { from: Before::Submitted }),
            Do::ConfirmExemption | Do::RefuseExemption => Some(state),
            Do::Withdraw => Some(State::Withdrawn),
            Do::Assign | Do::Message | Do::RecordPayment | Do::WaiveFee | Do::Paid | Do::Amend => Some(state),
            _ => None,
        },
        State::Accepted => match step {
            Do::Forward => Some(State::Processing),
            Do::ReturnBack | Do::AskOpinion | Do::GiveOpinion | Do::Extend | Do::Receive | Do::Amend => Some(state),
            _ => in_hand(state, Before::Accepted, step),
        },
        State::Processing => match step {
            Do::Forward | Do::ReturnBack | Do::AskOpinion | Do::GiveOpinion | Do::Extend | Do::Receive | Do::Sign => {
                Some(state)
            }
            _ => in_hand(state, Before::Processing, step),
        },
        State::SupplementRequested { from } => match step {
            Do::Supplement | Do::RecordSupplement => Some(from.state()),
            Do::Amend | Do::Assign | Do::Message | Do::RecordPayment | Do::WaiveFee | Do::Paid => Some(state),
            _ => waiting(state, from, step),
        },
        State::PaymentRequested { from } => match step {
            Do::Paid | Do::WaiveFee => Some(from.state()),
            Do::Assign | Do::Message | Do::RecordPayment => Some(state),
            _ => waiting(state, from, step),
        },
        State::Stopped => match step {
            Do::Resume => Some(State::Processing),
            Do::ConfirmWithdrawal => Some(State::Withdrawn),
            Do::Reject => Some(State::Decided),
            Do::Close => Some(State::Closed),
            Do::Assign | Do::Message | Do::RequestWithdrawal | Do::DeclineWithdrawal | Do::Paid => Some(state),
            _ => None,
        },
        State::Decided => match step {
            Do::HandOver => Some(State::HandedOver),
            Do::Correct => Some(State::Processing),
            Do::ConfirmExemption | Do::RefuseExemption => Some(state),
            // Fees that are due «at the latest when the result is handed over» (certified copies, rates of the
            // province's council) can only be counted, and taken, when the result is there.
            Do::Assign | Do::Message | Do::Sign | Do::RecordPayment | Do::WaiveFee | Do::Paid => Some(state),
            _ => None,
        },
        State::HandedOver => match step {
            Do::RevokeResult | Do::Rate | Do::Paid => Some(state),
            _ => None,
        },
        // Money that a gateway moved late is recorded wherever the dossier has gone; it moves nothing there.
        State::AcceptanceRefused | State::Withdrawn | State::Closed => (step == Do::Paid).then_some(state),
    };
    to.ok_or(NotAllowed { state, step })
}

/// The acts that accepted dossiers share, whether processing has begun or not.
fn in_hand(state: State, before: Before, step: Step) -> Option<State> {
    match step {
        Step::RequestSupplement => Some(State::SupplementRequested { from: before }),
        Step::RequestPayment => Some(State::PaymentRequested { from: before }),
        Step::ConfirmWithdrawal => Some(State::Withdrawn),
        Step::Stop => Some(State::Stopped),
        Step::Approve | Step::Reject => Some(State::Decided),
        // What a supplement claims after acceptance.
        Step::ConfirmExemption | Step::RefuseExemption => Some(state),
        Step::DraftResult
        | Step::ConfirmDraft
        | Step::Assign
        | Step::Message
        | Step::RecordPayment
        | Step::WaiveFee
        | Step::Paid
        | Step::RequestWithdrawal
        | Step::DeclineWithdrawal => Some(state),
        _ => None,
    }
}

/// What may happen while the citizen is waited for: before acceptance a dossier ends as refused, after it as stopped.
fn waiting(state: State, from: Before, step: Step) -> Option<State> {
    let accepted = from != Before::Submitted;
    match step {
        Step::Withdraw if !accepted => Some(State::Withdrawn),
        Step::ConfirmWithdrawal if accepted => Some(State::Withdrawn),
        Step::RequestWithdrawal | Step::DeclineWithdrawal if accepted => Some(state),
        Step::Stop if accepted => Some(State::Stopped),
        Step::Stop if matches!(state, State::PaymentRequested { .. }) => Some(State::AcceptanceRefused),
        Step::Lapse if accepted => Some(State::Stopped),
        Step::Lapse => Some(State::AcceptanceRefused),
        _ => None,
    }
}

/// Every act that `state` allows.
pub fn allowed(state: State) -> impl Iterator<Item = Step> {
    Step::ALL.into_iter().filter(move |step| next(state, *step).is_ok())
}

#[cfg(test)]
mod tests;
